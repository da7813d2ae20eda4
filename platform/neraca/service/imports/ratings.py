"""Ratings that the sender gives, a line for each indicator: of those of a person and period one rating is made.

Nobody imports what others gave: whoever sends the file is the rater.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from neraca.domain import streams
from neraca.domain.appraisal.commands import Rate, ReviseRating
from neraca.domain.appraisal.events import Rated, RatingRevised, RatingWithdrawn
from neraca.domain.text_kinds import KEY, PERIOD, PROSE
from neraca.domain.vocabulary import Relation
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Misread, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow

_RELATIONS = {"atasan": "SUPERVISOR", "rekan": "PEER", "rekan sejawat": "PEER", "bawahan": "SUBORDINATE"}

FIELDS = (
    Field("employee", ("NIP", "NIP baru", "nomor induk pegawai", "employee number"), fields.employee, needed=True),
    Field("period", ("periode",), fields.text(PERIOD), needed=True),
    Field("relation", ("hubungan", "sebagai"), fields.choice(Relation, _RELATIONS), needed=True),
    Field("indicator", ("indikator", "perilaku"), fields.text(KEY), needed=True),
    Field("score", ("nilai", "skor"), fields.number, needed=True),
    Field("note", ("catatan",), fields.text(PROSE)),
    Field("reason", ("alasan",), fields.text(PROSE)),
)


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    together: dict[tuple[str, str], list[ReadRow]] = {}
    for row in once(rows, ("employee", "period", "indicator"), found):
        together.setdefault((row.values["employee"], row.values["period"]), []).append(row)
    known = _known([*together], around)
    for (nip, period), lines in together.items():
        relation = lines[0].values["relation"]
        odd = [row for row in lines if row.values["relation"] is not relation]
        found.misread += [
            Misread(row.line, "relation", f"line {lines[0].line} rates {nip} as {relation}; one rating has one")
            for row in odd
        ]
        if not odd:
            for planned in _planned(lines, known.get((nip, period))):
                found.add(planned)
    return found


def _planned(lines: Sequence[ReadRow], before: Mapping[str, Decimal] | None) -> Sequence[Planned]:
    """A row for each line, of which the first sends what is sent for all."""
    values = lines[0].values
    scores = {row.values["indicator"]: row.values["score"] for row in lines}
    reason = next((row.values["reason"] for row in lines if "reason" in row.values), "")
    note = next((row.values["note"] for row in lines if "note" in row.values), None)
    which = {"employee": values["employee"], "period": values["period"]}
    outcome = "new" if before is None else "same" if scores.items() <= before.items() else "changed"
    command = (
        Rate(**which, relation=values["relation"], scores=scores, note=note)
        if before is None
        else ReviseRating(**which, scores=scores, reason=reason)
    )
    places = {f"/scores/{row.values['indicator']}": (row.line, "score") for row in lines}
    found: list[Planned] = []
    for row in lines:
        indicator = row.values["indicator"]
        there = None if before is None else before.get(indicator)
        changes = () if there == row.values["score"] else (change(indicator, there, row.values["score"]),)
        sends = row is lines[0] and outcome != "same"
        sent = (Sent(command, row.line, places),) if sends else ()
        found.append(Planned(row.line, f"{values['employee']} {values['period']}", outcome, sent, changes))
    return found


def _known(keys: Sequence[tuple[str, str]], around: Surroundings) -> dict[tuple[str, str], Mapping[str, Decimal]]:
    """What the sender has given, as it stands."""
    of = {streams.appraisal(around.agency.id, nip, period): (nip, period) for nip, period in keys}
    found: dict[tuple[str, str], Mapping[str, Decimal]] = {}
    for past in around.service.reader.streams(around.agency.id, of)[1]:
        event = past.event
        if getattr(event, "rater", None) != around.actor.id:
            continue
        if isinstance(event, Rated):
            found[of[past.stream]] = event.scores
        elif isinstance(event, RatingRevised):
            found[of[past.stream]] = {**found[of[past.stream]], **event.scores}
        elif isinstance(event, RatingWithdrawn):
            found.pop(of[past.stream], None)
    return found


RATINGS = ImportKind("ratings", FIELDS, ("rate",), plan)
