"""What employees say of their own work: the targets they plan, and how far they have come with them.

Both are the sender's own: what another has planned or reported is not even looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neraca.domain import streams
from neraca.domain.appraisal.commands import DraftPlan, ReportProgress
from neraca.domain.appraisal.events import Evidence, Feeds, PlannedResult, ProgressReported, Target
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.text_kinds import KEY, NAME, PERIOD, PROSE, TITLE, URI
from neraca.domain.vocabulary import Aspect, Priority
from neraca.service.imports import fields
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Misread, Plan, Planned, Sent, Surroundings, change, once
from neraca.service.imports.row_values import ReadRow

_EMPLOYEE = Field("employee", ("NIP", "NIP baru", "nomor induk pegawai", "employee number"), fields.employee)
_PERIOD = Field("period", ("periode",), fields.text(PERIOD), needed=True)
_PRIORITIES = {"utama": "PRIMARY", "tambahan": "ADDITIONAL"}
_ASPECTS = {"kuantitas": "QUANTITY", "kualitas": "QUALITY", "waktu": "TIME", "biaya": "COST"}

TARGET_FIELDS = (
    _EMPLOYEE,
    _PERIOD,
    Field("result", ("kode hasil kerja", "kode RHK"), fields.text(KEY), needed=True),
    Field("title", ("rencana hasil kerja", "RHK", "hasil kerja"), fields.text(TITLE)),
    Field("priority", ("prioritas",), fields.choice(Priority, _PRIORITIES)),
    Field("target", ("kode indikator",), fields.text(KEY), needed=True),
    Field("indicator", ("indikator", "indikator kinerja individu", "IKI"), fields.text(TITLE), needed=True),
    Field("aspect", ("aspek",), fields.choice(Aspect, _ASPECTS)),
    Field("unit", ("satuan",), fields.text(NAME), needed=True),
    Field("value", ("nilai target",), fields.number),
    Field("weight", ("bobot",), fields.number),
    Field("polarity", ("arah",), fields.choice(("max", "min"), {"lebih tinggi": "max", "lebih rendah": "min"})),
    Field("actual_fact", ("fakta realisasi",), fields.text(KEY)),
    Field("target_fact", ("fakta target",), fields.text(KEY)),
)

REPORT_FIELDS = (
    _EMPLOYEE,
    _PERIOD,
    Field("report", ("kode laporan", "nomor laporan"), fields.text(KEY), needed=True),
    Field("result", ("kode hasil kerja", "kode RHK"), fields.text(KEY), needed=True),
    Field("target", ("kode indikator",), fields.text(KEY), needed=True),
    Field("until", ("sampai", "sampai tanggal", "tanggal"), fields.day, needed=True),
    Field("actual", ("realisasi", "capaian"), fields.number, needed=True),
    Field("evidence", ("bukti", "alamat bukti"), fields.text(URI)),
    Field("evidence_title", ("judul bukti", "nama bukti"), fields.text(TITLE)),
    Field("note", ("catatan",), fields.text(PROSE)),
)


def plan_targets(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    """Makes one plan of all lines of a period. What the plan says beside results stays."""
    found = Plan()
    together: dict[str, list[ReadRow]] = {}
    for row in once(_own(rows, around, found), ("period", "result", "target"), found):
        together.setdefault(row.values["period"], []).append(row)
    for period, lines in together.items():
        misread = [*_untitled(lines)]
        found.misread += misread
        if not misread:
            for planned in _drafted(lines, period, _appraisal(period, around), around.actor.id):
                found.add(planned)
    return found


def _own(rows: Sequence[ReadRow], around: Surroundings, found: Plan) -> list[ReadRow]:
    mine, asks = list[ReadRow](), around.actor.id
    for row in rows:
        nip = row.values.get("employee", asks)
        if nip == asks:
            mine.append(row)
        else:
            found.misread.append(Misread(row.line, "employee", f"this is of {nip}, who must send it; you are {asks}"))
    return mine


def _untitled(lines: Sequence[ReadRow]) -> Iterator[Misread]:
    """A result is called in one way, and once is enough."""
    titles: dict[str, str] = {}
    for row in lines:
        result, title = row.values["result"], row.values.get("title")
        if title is not None and titles.setdefault(result, title) != title:
            yield Misread(row.line, "title", f"result {result} is called otherwise before; call it in one way")
    for row in lines:
        if row.values["result"] not in titles:
            yield Misread(
                row.line, "title", f"result {row.values['result']} is called nothing; say it in one line of it"
            )


def _drafted(lines: Sequence[ReadRow], period: str, before: Appraisal, nip: str) -> Iterator[Planned]:
    by_result: dict[str, list[ReadRow]] = {}
    for row in lines:
        by_result.setdefault(row.values["result"], []).append(row)
    results = [_result(several) for several in by_result.values()]
    outcome = "new" if not before.results else "same" if [*before.results.values()] == results else "changed"
    places: dict[str, tuple[int, str]] = {}
    for at, several in enumerate(by_result.values()):
        places |= {f"/results/{at}": (several[0].line, "result"), f"/results/{at}/title": (several[0].line, "title")}
        for nth, row in enumerate(several):
            places |= _places(f"/results/{at}/targets/{nth}", row.line)
    command = DraftPlan(employee=nip, period=period, results=results, terms=before.terms)
    known = {(result.id, one.id): one.target for result in before.results.values() for one in result.targets}
    for row in lines:
        key = (row.values["result"], row.values["target"])
        there, value = known.get(key), row.values.get("value")
        changes = () if there == value or value is None else (change("value", there, value),)
        sent = (Sent(command, row.line, places),) if row is lines[0] and outcome != "same" else ()
        yield Planned(row.line, f"{period} {'/'.join(key)}", outcome, sent, changes)


def _result(lines: Sequence[ReadRow]) -> PlannedResult:
    def first(name: str, other: Any) -> Any:
        return next((row.values[name] for row in lines if name in row.values), other)

    return PlannedResult(
        id=lines[0].values["result"],
        title=first("title", ""),
        targets=[_target(row.values) for row in lines],
        priority=first("priority", Priority.PRIMARY),
    )


def _target(values: Mapping[str, Any]) -> Target:
    feeds = Feeds(values["actual_fact"], values.get("target_fact")) if "actual_fact" in values else None
    return Target(
        id=values["target"],
        indicator=values["indicator"],
        unit=values["unit"],
        target=values.get("value"),
        weight=values.get("weight"),
        aspect=values.get("aspect", Aspect.QUANTITY),
        polarity=values.get("polarity", "max"),
        feeds=feeds,
    )


def _places(at: str, line: int) -> dict[str, tuple[int, str]]:
    named = {"id": "target", "target": "value", "feeds": "actual_fact", "feeds/target": "target_fact"}
    same = ("indicator", "unit", "weight", "aspect", "polarity")
    of = named | {name: name for name in same}
    return {at: (line, "target")} | {f"{at}/{part}": (line, name) for part, name in of.items()}


def _appraisal(period: str, around: Surroundings) -> Appraisal:
    state = Appraisal()
    for past in around.service.reader.stream(
        around.agency.id, streams.appraisal(around.agency.id, around.actor.id, period)
    ):
        state = evolve(state, past.event)
    return state


def plan_reports(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    mine = once(_own(rows, around, found), ("period", "report"), found)
    known = _reported({row.values["period"] for row in mine}, around)
    for row in mine:
        values = row.values
        said: dict[str, Any] = {name: values.get(name) for name in ("result", "target", "until", "actual", "note")}
        if "evidence" in values:
            said["evidence"] = [Evidence(values.get("evidence_title", values["report"]), values["evidence"])]
        before = known.get((values["period"], values["report"]))
        if before is not None and any(getattr(before, name) != value for name, value in said.items()):
            what = f"report {values['report']} is there and says otherwise; give this one a name of its own"
            found.misread.append(Misread(row.line, "report", what))
            continue
        changes = (change("actual", None, values["actual"]),)
        command = ReportProgress(employee=around.actor.id, period=values["period"], report=values["report"], **said)
        what = f"{values['period']} {values['report']}"
        if before is None:
            found.add(Planned(row.line, what, "new", (Sent(command, row.line),), changes))
        else:
            found.add(Planned(row.line, what, "same"))
    return found


def _reported(periods: set[str], around: Surroundings) -> dict[tuple[str, str], ProgressReported]:
    of = {streams.appraisal(around.agency.id, around.actor.id, period): period for period in periods}
    return {
        (of[past.stream], past.event.report): past.event
        for past in around.service.reader.streams(around.agency.id, of)[1]
        if isinstance(past.event, ProgressReported)
    }


TARGETS = ImportKind("targets", TARGET_FIELDS, ("draft-plan",), plan_targets)
REPORTS = ImportKind("reports", REPORT_FIELDS, ("report-progress",), plan_reports)
