"""A file of service times, as batches of the units that are in it: what is sent for each, and what becomes of it.

Offices may import under one name, each by a file of its own: a file takes the place of what came by those before it for
its units, and leaves alone what never came together with any of them. What did, and is not in it, fell out of it or is
another office's: a file can't tell, so whoever sends it must.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Literal, TypeAlias
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
from neraca.domain.service_times.records import TimeRecord, digest
from neraca.service.event_reader import EventReader

Others: TypeAlias = Literal["keep", "withdraw"]


class BatchOrder(Struct, frozen=True):
    """A batch that is to be imported; with a `reason`, in the place of what is there under its name.

    `others` says what becomes of units that came together with one of the file's before, and are not in it; None where
    there are to be none.
    """

    agency: str
    source: str
    batch: str
    period: Period
    reason: str | None = None
    others: Others | None = None


class PlannedUnit(Struct, frozen=True):
    """`withdrawn` is what a unit had of the batch, of which the file has nothing any more."""

    unit: str
    records: int
    outcome: Literal["taken", "replaced", "unchanged", "withdrawn"]
    commands: tuple[ImportServiceTimes | WithdrawServiceTimes, ...] = ()


def require_importer(reader: EventReader, order: BatchOrder, actor: Actor) -> None:
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
    reader: EventReader, order: BatchOrder, found: Mapping[str, Sequence[TimeRecord]], agency: Agency, hashed: str
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


def _refuse_others(order: BatchOrder, units: Sequence[str]) -> None:
    """Nothing of these units is replaced that a reason could be for, and what others have is not meant by it unsaid."""
    if units:
        raise Conflict(
            f"/reason: batch '{order.batch}' of {order.source} is of {' and '.join(units)} so far, and of none that is "
            "in the file; leave the reason out where theirs stays, or withdraw it first by withdraw-service-times",
            field="/reason",
        )


def _refuse_unsaid(order: BatchOrder, units: Sequence[str]) -> None:
    raise Conflict(
        f"batch '{order.batch}' of {order.source} has had records of {' and '.join(units)} by the same file as those "
        "in this one, which has none of theirs; say --others keep where theirs stay as they are, or --others withdraw "
        "where they no longer hold"
    )


class _Batch(Struct, frozen=True):
    """What a unit has of the batch, as digests of its parts; `files` are all by which some of it ever came."""

    there: list[str]
    files: frozenset[str]


def _batch(reader: EventReader, order: BatchOrder, unit: str) -> _Batch:
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
