"""From the events of an organisation to one row for each head that a unit has had or will have; and from those of
cohorts to one row each.
"""

from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from msgspec import Struct, to_builtins

from neraca.domain.cohort.events import CohortEvent, CohortOpened, OfCohort
from neraca.domain.headship import HeadAppointed, HeadRelieved, HeadshipEvent
from neraca.projecting.projection import Entry, Table, Workspace


class Head(Struct):
    """From `since` on the unit has this head; `employee` is None from the day on which it has none.

    `decree` is that of an appointment, `reason` that of a relief.
    """

    agency: str
    unit: str
    log_position: int
    recorded_at: datetime
    employee: str | None
    acting: bool
    since: date
    decree: str | None
    reason: str | None


class Cohort(Struct):
    """Whose people it is of."""

    agency: str
    stream: UUID
    appraiser: str
    period: str


class Step(Struct):
    """One event of a cohort; `event` is what the log has of it."""

    agency: str
    stream: UUID
    log_position: int
    version: int
    tag: str
    at: datetime
    recorded_at: datetime
    by: str
    on_behalf_of: str | None
    event: dict[str, Any]


HEADS = Table("heads", Head, key=("unit", "log_position"), append=True)
COHORTS = Table("cohorts", Cohort, key=("stream",))
STEPS = Table("steps", Step, key=("stream", "log_position"), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("HeadshipEvent | CohortEvent", entry.body)
    match event:
        case HeadAppointed():
            _from(work, entry, event, event.since, event.employee)
        case HeadRelieved():
            _from(work, entry, event, event.on + timedelta(days=1), None)
        case CohortOpened():
            work.put(COHORTS, Cohort(entry.agency, entry.stream, event.appraiser, event.period))
            work.put(STEPS, _step(entry))
        case OfCohort():
            work.put(STEPS, _step(entry))
        case _:
            raise TypeError(f"{entry.tag} is no event of an organisation or a cohort")


def _from(work: Workspace, entry: Entry, event: HeadshipEvent, since: date, employee: str | None) -> None:
    appointed = isinstance(event, HeadAppointed)
    row = Head(
        agency=entry.agency,
        unit=event.unit,
        log_position=entry.position,
        recorded_at=entry.recorded_at,
        employee=employee,
        acting=event.acting if appointed else False,
        since=since,
        decree=event.decree if appointed else None,
        reason=None if appointed else event.reason,
    )
    work.put(HEADS, row)


def _step(entry: Entry) -> Step:
    return Step(
        agency=entry.agency,
        stream=entry.stream,
        log_position=entry.position,
        version=entry.version,
        tag=entry.tag,
        at=entry.at,
        recorded_at=entry.recorded_at,
        by=entry.by,
        on_behalf_of=entry.on_behalf_of,
        event=to_builtins(entry.body),
    )
