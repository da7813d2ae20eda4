"""What units achieved in a period: what is not there is published; what is there otherwise is revised, for a reason."""

from collections.abc import Sequence
from typing import get_args

from neraca.domain import streams
from neraca.domain.achievement import OfAchievement, OrgPredicate, PublishAchievement, ReviseAchievement
from neraca.domain.text_kinds import KEY, PERIOD, PROSE, TITLE
from neraca.domain.vocabulary import Role
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow

FIELDS = (
    Field("unit", ("unit kerja", "perangkat daerah", "OPD", "kode unit"), fields.text(KEY), needed=True),
    Field("period", ("periode",), fields.text(PERIOD), needed=True),
    Field("index", ("capaian", "nilai capaian", "capaian IKU"), fields.number, needed=True),
    Field("predicate", ("predikat",), fields.choice(get_args(OrgPredicate), {}), needed=True),
    Field("source", ("sumber",), fields.text(TITLE)),
    Field("reason", ("alasan",), fields.text(PROSE)),
)


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    of = {(row.values["unit"], row.values["period"]): row for row in once(rows, ("unit", "period"), found)}
    known = _known([*of], around)
    for (unit, period), row in of.items():
        said = {name: row.values[name] for name in ("index", "predicate")}
        before = known.get((unit, period))
        changes = tuple(
            change(name, None if before is None else getattr(before, name), value)
            for name, value in said.items()
            if before is None or value != getattr(before, name)
        )
        source, reason = row.values.get("source", ""), row.values.get("reason", "")
        sent = (
            PublishAchievement(unit=unit, period=period, source=source, **said)
            if before is None
            else ReviseAchievement(unit=unit, period=period, reason=reason, **said)
        )
        outcome = "new" if before is None else "changed" if changes else "same"
        found.add(Planned(row.line, f"{unit} {period}", outcome, (Sent(sent, row.line),) if changes else (), changes))
    return found


def _known(keys: Sequence[tuple[str, str]], around: Surroundings) -> dict[tuple[str, str], OfAchievement]:
    """As they were published or revised last."""
    wanted = {streams.achievement(around.agency.id, unit, period) for unit, period in keys}
    return {
        (past.event.unit, past.event.period): past.event
        for past in around.service.reader.streams(around.agency.id, wanted)[1]
    }


ACHIEVEMENTS = ImportKind(
    "achievements",
    FIELDS,
    ("publish-achievement", "revise-achievement"),
    plan,
    readers=frozenset({Role.OFFICIAL, Role.HR}),
)
