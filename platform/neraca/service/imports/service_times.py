"""How long services took, as the system that measured them writes it out: a batch of each unit that is in the file.

What a batch is called, and which source and period it is of, is in a column or alike in all lines.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from neraca.domain.errors import Conflict
from neraca.domain.period import Period, parse
from neraca.domain.service_times.records import TimeRecord, faults
from neraca.domain.text_kinds import KEY, MONTH, PERIOD, PROSE, TITLE, shown
from neraca.service.imports import fields, time_batches
from neraca.service.imports.fields import Field
from neraca.service.imports.plans import ImportKind, Misread, Outcome, Plan, Planned, Sent, Surroundings
from neraca.service.imports.row_values import ReadRow

FIELDS = (
    Field("source", ("sumber",), fields.text(KEY), needed=True),
    Field("batch", ("bets", "kiriman"), fields.text(KEY), needed=True),
    Field("period", ("periode",), fields.text(PERIOD), needed=True),
    Field("unit", ("unit kerja", "perangkat daerah", "OPD", "kode unit"), fields.text(KEY), needed=True),
    Field("service", ("layanan", "jenis layanan"), fields.text(KEY), needed=True),
    Field("started", ("mulai", "waktu mulai"), fields.text(TITLE)),
    Field("finished", ("selesai", "waktu selesai"), fields.text(TITLE)),
    Field("day", ("hari", "tanggal"), fields.day),
    Field("month", ("bulan",), fields.text(MONTH)),
    Field("count", ("jumlah",), fields.count),
    Field("minutes", ("menit",), fields.number),
    Field("within", ("sesuai standar", "tepat waktu"), fields.count),
    Field("reason", ("alasan",), fields.text(PROSE)),
    Field("others", ("unit lain",), fields.choice(("keep", "withdraw"), {"tetap": "keep", "tarik": "withdraw"})),
)

_OUTCOMES: Mapping[str, Outcome] = {"taken": "new", "replaced": "changed", "withdrawn": "changed", "unchanged": "same"}


def plan(rows: Sequence[ReadRow], around: Surroundings) -> Plan:
    found = Plan()
    together: dict[tuple[str, str, str], list[ReadRow]] = {}
    for row in rows:
        source, batch, period = (row.values[name] for name in ("source", "batch", "period"))
        together.setdefault((source, batch, period), []).append(row)
    for (source, batch, period), lines in together.items():
        order = time_batches.BatchOrder(
            agency=around.agency.id,
            source=source,
            batch=batch,
            period=parse(period),
            reason=_first(lines, "reason"),
            others=_first(lines, "others"),
        )
        time_batches.require_importer(around.service.reader, order, around.actor)
        _plan_batch(order, lines, around, found)
    return found


def _first(lines: Sequence[ReadRow], name: str) -> Any:
    return next((row.values[name] for row in lines if name in row.values), None)


def _plan_batch(order: time_batches.BatchOrder, lines: Sequence[ReadRow], around: Surroundings, found: Plan) -> None:
    records: dict[str, list[TimeRecord]] = {}
    first: dict[str, ReadRow] = {}
    counted: dict[tuple[str, str, Any], int] = {}
    for row in lines:
        record = _record(row, order.period, around, found)
        if record is None:
            continue
        unit = row.values["unit"]
        if (of := record.day or record.month) is not None:
            before = counted.setdefault((unit, record.service, of), row.line)
            if before != row.line:
                what = f"line {before} counts the same service of that day or month; leave one of them out"
                found.misread.append(Misread(row.line, "service", what))
        records.setdefault(unit, []).append(record)
        first.setdefault(unit, row)
    if found.misread:
        return
    try:
        units = time_batches.planned(around.service.reader, order, records, around.agency, around.file)
    except Conflict as refused:
        name = (refused.field or "/batch").removeprefix("/")
        found.misread.append(Misread(lines[0].line, name, refused.message.removeprefix(f"/{name}: ")))
        return
    outcomes = {one.unit: one for one in units}
    for row in lines:
        one = outcomes[row.values["unit"]]
        sent = [Sent(command, row.line) for command in one.commands] if first[one.unit] is row else []
        what = f"{order.batch} {one.unit} {row.values['service']}"
        found.rows.append(Planned(row.line, what, _OUTCOMES[one.outcome], sent))
    fallen = [command for one in units if one.unit not in first for command in one.commands]
    if fallen:
        last = found.rows[-1]
        found.rows[-1] = Planned(
            last.line, last.what, last.outcome, [*last.sent, *(Sent(one, last.line) for one in fallen)]
        )


def _record(row: ReadRow, period: Period, around: Surroundings, found: Plan) -> TimeRecord | None:
    """None where what is wrong with it was told."""
    zone = ZoneInfo(around.agency.time_zone)
    values = row.values
    before = len(found.misread)
    if values["unit"] not in around.agency.units:
        there = ", ".join(sorted(around.agency.units))
        what = f"{around.agency.id} has no unit {shown(values['unit'])}; there are {there}"
        found.misread.append(Misread(row.line, "unit", what))
    times: dict[str, datetime | None] = {}
    for name in ("started", "finished"):
        try:
            times[name] = time_batches.instant(values[name], zone) if name in values else None
        except ValueError:
            what = f"{shown(values[name])} is not a time, such as 2025-03-31 09:15"
            found.misread.append(Misread(row.line, name, what))
    if len(found.misread) > before:
        return None
    known = {name: values.get(name) for name in ("day", "month", "count", "minutes", "within")}
    record = TimeRecord(values["service"], **times, **known)
    wrong = faults(record, period, zone, around.today)
    found.misread += [Misread(row.line, name or "service", what) for name, what in wrong]
    return None if wrong else record


SERVICE_TIMES = ImportKind("service-times", FIELDS, ("import-service-times",), plan, source="source")
