"""From the events of an organisation to one row for each head that a unit has had or will have."""

from datetime import date, datetime, timedelta
from typing import cast

from msgspec import Struct

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


HEADS = Table("heads", Head, key=("unit", "log_position"), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(HeadshipEvent, entry.body)
    match event:
        case HeadAppointed():
            _from(work, entry, event, event.since, event.employee)
        case HeadRelieved():
            _from(work, entry, event, event.on + timedelta(days=1), None)
        case _:
            raise TypeError(f"{entry.tag} is no event of an organisation")


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
