"""A file of service times, as an outside system writes it out: read whole, with every fault by line and column, and
brought as batches of the units that are in it.

The file is CSV (RFC 4180) in UTF-8, divided by commas or semicolons. Its first line names the columns: `unit` and
`service`, and either `started` and `finished` of one service, or `day` or `month`, `count` and `minutes` of several;
`within` where the system tells how many kept the standard. Of a unit's service a day or a month is counted in one line;
what was measured one by one may be alike, at two counters. A time without a zone is of the agency's.
"""

import csv
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from io import StringIO
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from neraca.domain import streams, text_kinds
from neraca.domain.admission import MOST_ITEMS
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, NotAllowed
from neraca.domain.period import Period
from neraca.domain.service_times import source
from neraca.domain.service_times import state as service_times
from neraca.domain.service_times.commands import ImportServiceTimes, WithdrawServiceTimes
from neraca.domain.service_times.decide import otherwise_there
from neraca.domain.service_times.events import ServiceTimesImported
from neraca.domain.service_times.records import TimeRecord, digest, faults
from neraca.domain.text_kinds import shown
from neraca.service.command_batch import CommandBatch
from neraca.service.command_handler import CommandHandler
from neraca.service.event_reader import EventReader

COLUMNS = ("unit", "service", "started", "finished", "day", "month", "count", "minutes", "within")
LARGEST = 20_000_000
"""Bytes."""

MOST_LINES = 100_000


class FileFault(Struct, frozen=True):
    """`line` and `column` are counted from 1; the column is the table's, 0 where the whole line is at fault."""

    line: int
    column: int
    what: str


class FileRefused(ValueError):
    """A file that is not taken, with everything that is wrong in it."""

    def __init__(self, found: Sequence[FileFault]) -> None:
        super().__init__(f"{len(found)} faults")
        self.faults = tuple(found)


Others: TypeAlias = Literal["keep", "withdraw"]


class ImportOrder(Struct, frozen=True):
    """A file that is to be imported; with a `reason`, in the place of what is there under the name of the batch.

    `others` says what becomes of units that came together with one of the file's before, and are not in it; None where
    there are to be none.
    """

    agency: str
    source: str
    batch: str
    period: Period
    file: bytes
    reason: str | None = None
    others: Others | None = None


class ImportOutcome(Struct, frozen=True):
    """`withdrawn` is what a unit had of the batch, of which the file has nothing any more."""

    unit: str
    records: int
    outcome: Literal["taken", "replaced", "unchanged", "withdrawn"]


class PlannedUnit(Struct, frozen=True):
    """As an outcome is, with what is sent for it."""

    unit: str
    records: int
    outcome: Literal["taken", "replaced", "unchanged", "withdrawn"]
    commands: tuple[ImportServiceTimes | WithdrawServiceTimes, ...] = ()


def bring(
    service: CommandHandler, actor: Actor, order: ImportOrder, agency: Agency, now: Callable[[], datetime]
) -> list[ImportOutcome]:
    """Imports all units of a file or none, and returns what became of each. Raises FileRefused, or a Refusal.

    Offices may import under one name, each by a file of its own: a file takes the place of what came by those before it
    for its units, and leaves alone what never came together with any of them. What did, and is not in it, fell out of
    it or is another office's: a file can't tell, so whoever sends it must.
    """
    today = now().astimezone(ZoneInfo(agency.time_zone)).date()
    found = records(order.file, order.period, agency, today)
    require_importer(service.reader, order, actor)
    units = planned(service.reader, order, found, agency, sha256(order.file).hexdigest())
    commands = tuple(command for one in units for command in one.commands)
    if commands:
        service.handle(CommandBatch(agency=order.agency, actor=actor, commands=commands, now=now()))
    return [ImportOutcome(one.unit, one.records, one.outcome) for one in units]


def require_importer(reader: EventReader, order: ImportOrder, actor: Actor) -> None:
    """Before it is looked at what there is of a source: that the same is there already is told to nobody else.

    Of a source that nobody registered the decision says how to. Raises NotAllowed.
    """
    known = source.State()
    for past in reader.stream(order.agency, streams.time_source(order.agency, order.source)):
        source.evolve(known, past.event)
    if known.system and actor.id not in known.importers:
        raise NotAllowed(
            f"/source: {actor.id} does not import from '{order.source}'; an official may name them in "
            "revise-time-source",
            field="/source",
        )


def planned(
    reader: EventReader, order: ImportOrder, found: Mapping[str, Sequence[TimeRecord]], agency: Agency, hashed: str
) -> list[PlannedUnit]:
    """What is to be sent for the records of each unit, and what comes of it; `hashed` is the hex sha256 of their file.

    Raises Conflict.
    """
    units: list[PlannedUnit] = []
    batches = {unit: _batch(reader, order, unit) for unit in sorted(agency.units)}
    if order.reason is not None and not any(batches[unit].there for unit in found):
        _refuse_others(order, [unit for unit, one in batches.items() if one.there])
    fallen = [unit for unit in _came_with(found, batches) if batches[unit].there]
    if fallen and order.others is None:
        _refuse_unsaid(order, fallen)
    # Also of units that the file has no more: what moved to another would count in both.
    for unit in sorted([*found, *(fallen if order.others == "withdraw" else ())]):
        several, there = [*found.get(unit, ())], batches[unit].there
        parts = [several[at : at + MOST_ITEMS] for at in range(0, len(several), MOST_ITEMS)]
        if there == [digest(part) for part in parts]:
            units += [PlannedUnit(unit, len(several), "unchanged")] if parts else []
            continue
        known = {"unit": unit, "period": order.period.label, "source": order.source, "batch": order.batch}
        if there and order.reason is None:
            raise otherwise_there(order.source, order.batch)
        # By itself: a file may begin as the one before did, and go on otherwise.
        gone = (WithdrawServiceTimes(**known, reason=order.reason or ""),) if there else ()
        come = tuple(
            ImportServiceTimes(**known, records=part, part=number, file=hashed) for number, part in enumerate(parts, 1)
        )
        left = "replaced" if parts else "withdrawn"
        units.append(PlannedUnit(unit, len(several), left if there else "taken", (*gone, *come)))
    return units


def _refuse_others(order: ImportOrder, units: Sequence[str]) -> None:
    """Nothing of these units is replaced that a reason could be for, and what others have is not meant by it unsaid."""
    if units:
        raise Conflict(
            f"/reason: batch '{order.batch}' of {order.source} is of {' and '.join(units)} so far, and of none that is "
            "in the file; leave the reason out where theirs stays, or withdraw it first by withdraw-service-times",
            field="/reason",
        )


def _refuse_unsaid(order: ImportOrder, units: Sequence[str]) -> None:
    raise Conflict(
        f"batch '{order.batch}' of {order.source} has had records of {' and '.join(units)} by the same file as those "
        "in this one, which has none of theirs; say --others keep where theirs stay as they are, or --others withdraw "
        "where they no longer hold"
    )


class _Batch(Struct, frozen=True):
    """What a unit has of the batch, as digests of its parts; `files` are all by which some of it ever came."""

    there: list[str]
    files: frozenset[str]


def _batch(reader: EventReader, order: ImportOrder, unit: str) -> _Batch:
    known, files = service_times.State(), set[str]()
    named = (order.source, order.batch)
    stream = streams.service_times(order.agency, unit, order.period.label)
    for one in reader.stream(order.agency, stream):
        service_times.evolve(known, one.event)
        event = one.event
        if isinstance(event, ServiceTimesImported) and (event.source, event.batch) == named and event.file is not None:
            files.add(event.file)
    return _Batch([part.taken.digest for part in known.batches.get(named, ())], frozenset(files))


def _came_with(found: Collection[str], batches: Mapping[str, _Batch]) -> list[str]:
    """The units that a file before had together with one of these, or with another of them, and that are not there."""
    units, more = set(found), set(found)
    while more:
        files = {file for unit in units for file in batches[unit].files}
        more = {unit for unit, one in batches.items() if one.files & files} - units
        units |= more
    return sorted(units.difference(found))


def records(file: bytes, period: Period, agency: Agency, today: date) -> dict[str, list[TimeRecord]]:
    """Returns the records of a file by unit, in its order. Raises FileRefused with every fault."""
    header, rows = _table(file)
    zone = ZoneInfo(agency.time_zone)
    wrong: list[FileFault] = []
    found: dict[str, list[TimeRecord]] = {}
    counted: dict[tuple[str, str, date | str], int] = {}
    for line, row in rows:
        if len(row) != len(header):
            wrong.append(FileFault(line, 0, f"the line has {len(row)} columns, and the header {len(header)}"))
            continue
        values = {name: value for name, value in zip(header, row, strict=True) if value}
        told: list[tuple[str, str]] = []
        unit, record = _record(values, zone, agency, told)
        if not told:
            told += faults(record, period, zone, today)
        if (of := record.day or record.month) is not None:
            first = counted.setdefault((unit, record.service, of), line)
            # Two counters may serve in the same minutes; what a day or a month had, a system counts once.
            if first != line:
                told.append(("", f"line {first} counts the same service of that day or month; leave one of them out"))
        wrong += [
            FileFault(line, header.index(name) + 1 if name in header else 0, f"{name}: {what}" if name else what)
            for name, what in told
        ]
        found.setdefault(unit, []).append(record)
    if not rows and not wrong:
        wrong.append(FileFault(1, 0, "there is no line below the header; send a file when there is"))
    if wrong:
        raise FileRefused(wrong)
    return found


def _table(file: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Returns the header and each further line that is not empty, with its number."""
    if len(file) > LARGEST:
        raise FileRefused([FileFault(1, 0, f"the file has {len(file):,} bytes; at most {LARGEST:,} are read")])
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file[: error.start].count(b"\n") + 1
        raise FileRefused([FileFault(line, 0, "the line is not UTF-8; save the file as CSV in UTF-8")]) from None
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(row):
                rows.append((reader.line_num, [value.strip() for value in row]))
    except csv.Error as error:
        raise FileRefused([FileFault(reader.line_num, 0, f"it can't be read as CSV: {error}")]) from None
    if len(rows) > MOST_LINES + 1:
        raise FileRefused([FileFault(1, 0, f"the file has {len(rows):,} lines; at most {MOST_LINES:,} are read")])
    header = [name.lower() for name in rows[0][1]] if rows else []
    _known(header)
    return header, rows[1:]


def _known(header: Sequence[str]) -> None:
    wrong = [
        FileFault(1, at, f"no column {shown(name)} is read; there are {', '.join(COLUMNS)}")
        for at, name in enumerate(header, 1)
        if name not in COLUMNS
    ]
    wrong += [
        FileFault(1, at, f"the column {name} is there twice")
        for at, name in enumerate(header, 1)
        if name in header[: at - 1] and name in COLUMNS
    ]
    wrong += [FileFault(1, 0, f"there is no column {name}") for name in ("unit", "service") if name not in header]
    if wrong:
        raise FileRefused(wrong)


def _record(
    values: Mapping[str, str], zone: ZoneInfo, agency: Agency, told: list[tuple[str, str]]
) -> tuple[str, TimeRecord]:
    """Returns the unit and the record of a line, and adds to `told` what can't be read of it."""

    def read(name: str, how: Callable[[str], Any], what: str) -> Any:
        if name not in values:
            return None
        try:
            return how(values[name])
        except (ValueError, InvalidOperation):
            told.append((name, f"{shown(values[name])} is not {what}"))
            return None

    unit, service = values.get("unit", ""), values.get("service", "")
    if unit not in agency.units:
        told.append(("unit", f"{agency.id} has no unit {shown(unit)}; there are {', '.join(sorted(agency.units))}"))
    if (fault := text_kinds.fault(text_kinds.KEY, service)) is not None:
        told.append(("service", fault))
    record = TimeRecord(
        service,
        started=read("started", lambda text: instant(text, zone), "a time, such as 2025-03-31 09:15"),
        finished=read("finished", lambda text: instant(text, zone), "a time, such as 2025-03-31 09:15"),
        day=read("day", date.fromisoformat, "a day, such as 2025-03-31"),
        month=read("month", _month, "a month, such as 2025-03"),
        count=read("count", _count, "a number of services, such as 12"),
        minutes=read("minutes", _number, "a number, such as 12.5"),
        within=read("within", _count, "a number of services, such as 12"),
    )
    return unit, record


def instant(text: str, zone: ZoneInfo) -> datetime:
    found = datetime.fromisoformat(text)
    # Python reads a day as its midnight: a service would have begun or ended then.
    if found.time() == time.min and _is_day(text):
        raise ValueError(text)
    if not text_kinds.FIRST_YEAR < found.year < text_kinds.LAST_YEAR:
        raise ValueError(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _month(text: str) -> str:
    if text_kinds.fault(text_kinds.MONTH, text) is not None:
        raise ValueError(text)
    return text


def _count(text: str) -> int:
    found = text_kinds.digits(text, 9)
    if found is None:
        raise ValueError(text)
    return found


def _number(text: str) -> Decimal:
    whole, _, parts = text.partition(".")
    if not (
        whole.isascii() and whole.isdigit() and len(text) <= 24 and ((parts.isascii() and parts.isdigit()) or not parts)
    ):
        raise ValueError(text)
    return Decimal(text)
