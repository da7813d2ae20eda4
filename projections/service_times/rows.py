"""From the events of service times and their sources to a row each, which is never changed."""

from datetime import datetime
from typing import Any, cast

from msgspec import Struct, to_builtins

from neraca.domain.service_times.events import OfServiceTimes, ServiceTimesEvent, ServiceTimesImported
from neraca.domain.service_times.source import OfTimeSource, TimeSourceEvent, TimeSourceRevised
from neraca.projecting.projection import Entry, Table, Workspace


class Step(Struct):
    """One event of a unit's period; of a batch `event` has how many records, and not the records."""

    agency: str
    unit: str
    period: str
    log_position: int
    tag: str
    recorded_at: datetime
    by: str
    event: dict[str, Any]


class Source(Struct):
    """A source from this event on."""

    agency: str
    source: str
    log_position: int
    recorded_at: datetime
    by: str
    system: str
    importers: list[str]
    reason: str | None


STEPS = Table("steps", Step, key=("unit", "period", "log_position"), append=True)
SOURCES = Table("sources", Source, key=("source", "log_position"), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("ServiceTimesEvent | TimeSourceEvent", entry.body)
    match event:
        case OfServiceTimes():
            told: dict[str, Any] = to_builtins(event)
            if isinstance(event, ServiceTimesImported):
                told["records"] = len(event.records)
            row = Step(
                agency=entry.agency,
                unit=event.unit,
                period=event.period,
                log_position=entry.position,
                tag=entry.tag,
                recorded_at=entry.recorded_at,
                by=entry.by,
                event=told,
            )
            work.put(STEPS, row)
        case OfTimeSource():
            source = Source(
                agency=entry.agency,
                source=event.source,
                log_position=entry.position,
                recorded_at=entry.recorded_at,
                by=entry.by,
                system=event.system,
                importers=event.importers,
                reason=event.reason if isinstance(event, TimeSourceRevised) else None,
            )
            work.put(SOURCES, source)
        case _:
            raise TypeError(f"{entry.tag} is no event of service times")
