"""From the events of the roster to one row per employee, and one per place an employee has had or will have."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from neraca.domain.exemptions import (
    EmployeeExempted,
    ExemptionEnded,
    ExemptionWithdrawn,
    StudyAssigned,
    StudyEnded,
    StudyExtended,
)
from neraca.domain.roster import (
    Delegated,
    DelegationRevoked,
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    SanctionLifted,
    SanctionRevised,
)
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.projecting.projection import Entry, Key, Table, Workspace


class Employee(Struct):
    """`position` is that of registration, `since` the start of service and `retired` its last day, as recorded last.

    `version` is that of the stream. Nothing here depends on the day of reading.
    """

    agency: str
    stream: UUID
    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass | None
    career_level: str | None
    since: date
    retired: date | None
    version: int
    log_position: int


class Place(Struct):
    """`position` is None where it stays what it was. `reason` is that of a transfer; the first place has none."""

    agency: str
    employee: str
    log_position: int
    recorded_at: datetime
    unit: str
    supervisor: str | None
    position: str | None
    since: date
    reason: str | None


class Retirement(Struct):
    agency: str
    employee: str
    log_position: int
    last_day: date


EMPLOYEES = Table("employees", Employee, key=("stream",))
PLACES = Table("places", Place, key=("employee", "log_position"), append=True)
RETIREMENTS = Table("retirements", Retirement, key=("employee", "log_position"), append=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Employee], tuple[Key, ...]]]:
    return ((EMPLOYEES, (entry.stream,)),)


def apply(work: Workspace, entry: Entry) -> None:
    event = entry.body
    if isinstance(event, EmployeeRegistered):
        work.put(EMPLOYEES, _registered(entry, event))
        return
    row = work.get(EMPLOYEES, entry.stream)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no employee.registered before its {entry.tag}")
    match event:
        case EmployeeAssigned():
            _place(work, entry, row, event, None, None)
        case EmployeeTransferred():
            _place(work, entry, row, event, event.position, event.reason)
        case EmployeeRetired():
            row.retired = event.on
            # Each as it was recorded, beside the row that has the last: as of a position another day may have held.
            work.put(RETIREMENTS, Retirement(entry.agency, row.employee, entry.position, event.on))
        case EmployeeSanctioned() | SanctionRevised() | SanctionLifted() | Delegated() | DelegationRevoked():
            pass  # concerns the appraisals of its day
        case (
            EmployeeExempted()
            | ExemptionEnded()
            | ExemptionWithdrawn()
            | StudyAssigned()
            | StudyExtended()
            | StudyEnded()
        ):
            pass  # told from the log, as it is asked of single people
        case _:
            raise TypeError(f"{entry.tag} is no event of the roster")
    row.version = entry.version
    row.log_position = entry.position
    work.put(EMPLOYEES, row)


def _registered(entry: Entry, event: EmployeeRegistered) -> Employee:
    return Employee(
        agency=entry.agency,
        stream=entry.stream,
        employee=event.employee,
        name=event.name,
        employment_type=event.employment_type,
        position=event.position,
        position_class=event.position_class,
        career_level=event.career_level,
        since=event.since,
        retired=None,
        version=entry.version,
        log_position=entry.position,
    )


def _place(
    work: Workspace,
    entry: Entry,
    row: Employee,
    event: EmployeeAssigned | EmployeeTransferred,
    position: str | None,
    reason: str | None,
) -> None:
    work.put(
        PLACES,
        Place(
            agency=entry.agency,
            employee=row.employee,
            log_position=entry.position,
            recorded_at=entry.recorded_at,
            unit=event.unit,
            supervisor=event.supervisor,
            position=position,
            since=event.since,
            reason=reason,
        ),
    )
