"""From the events of the roster to one row per employee, and one per place an employee has had or will have."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from neraca.domain.acting_officials import ActingAppointed, ActingEnded
from neraca.domain.careers import EmployeeCorrected, PositionChanged
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
    EmployeeRehired,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    SanctionLifted,
    SanctionRevised,
)
from neraca.domain.vocabulary import EmploymentType, ExemptionKind, PositionClass
from neraca.projecting.projection import Entry, Key, Table, Workspace


class Employee(Struct):
    """`name`, `position`, class and level are those of registration as it was corrected last, `since` the start of
    service and `retired` its last day, as recorded last.

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
    """`position` is None where it stays what it was. `reason` is that of a transfer; the first place has none.

    `dropped` is where in the log somebody was taken in again for whom it was recorded ahead before they left: it comes
    no more.
    """

    agency: str
    employee: str
    log_position: int
    recorded_at: datetime
    unit: str
    supervisor: str | None
    position: str | None
    since: date
    reason: str | None
    dropped: int | None = None


class Stay(Struct):
    """The places and posts an employee has or will have: where in the log each was recorded, and its first day."""

    agency: str
    stream: UUID
    places: list[tuple[int, date]]
    posts: list[tuple[int, date]]


class Retirement(Struct):
    """`last_day` is None from the event on that took somebody in again."""

    agency: str
    employee: str
    log_position: int
    last_day: date | None


class Post(Struct):
    """Title, class and level from `since` on, as a change or a transfer says; None where one stays what it was.

    `dropped` is where in the log it was made void by taking somebody in again, as that of a place.
    """

    agency: str
    employee: str
    log_position: int
    since: date
    position: str | None
    position_class: PositionClass | None
    career_level: str | None
    dropped: int | None = None


class Acting(Struct):
    """That `official` acts in the post of `employee` in a unit."""

    agency: str
    employee: str
    decree: str
    official: str
    unit: str
    since: date
    until: date


class Exempt(Struct):
    """Days on which an exemption keeps `employee` from the post, the last None as long as it has no end."""

    agency: str
    employee: str
    decree: str
    kind: ExemptionKind
    since: date
    until: date | None
    withdrawn: bool


class Correction(Struct):
    """What the row of the employee said before the event that corrected it."""

    agency: str
    employee: str
    log_position: int
    name: str
    position: str
    position_class: PositionClass | None
    career_level: str | None


EMPLOYEES = Table("employees", Employee, key=("stream",))
PLACES = Table("places", Place, key=("employee", "log_position"))
STAYS = Table("stays", Stay, key=("stream",), private=True)
POSTS = Table("posts", Post, key=("employee", "log_position"))
CORRECTIONS = Table("corrections", Correction, key=("employee", "log_position"), append=True)
ACTING = Table("acting", Acting, key=("employee", "decree"))
EXEMPTIONS = Table("exemptions", Exempt, key=("employee", "decree"))
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
            if event.position is not None:
                _post(work, entry, row, event.since, position=event.position)
        case EmployeeRetired():
            row.retired = event.on
            # Each as it was recorded, beside the row that has the last: as of a position another day may have held.
            work.put(RETIREMENTS, Retirement(entry.agency, row.employee, entry.position, event.on))
        case EmployeeSanctioned() | SanctionRevised() | SanctionLifted() | Delegated() | DelegationRevoked():
            pass  # concerns the appraisals of its day
        case EmployeeExempted():
            work.put(EXEMPTIONS, _exempt(entry, row.employee, event))
        case ExemptionEnded():
            exempt = _exempted(work, row.employee, event)
            exempt.until = event.until
            work.put(EXEMPTIONS, exempt)
        case ExemptionWithdrawn():
            exempt = _exempted(work, row.employee, event)
            exempt.withdrawn = True
            work.put(EXEMPTIONS, exempt)
        case StudyAssigned() | StudyExtended() | StudyEnded():
            pass  # told from the log, as it is asked of single people
        case ActingAppointed():
            work.put(ACTING, _acting(entry, row.employee, event))
        case ActingEnded():
            _end_acting(work, entry, row.employee, event)
        case PositionChanged():
            _post(work, entry, row, event.since, event.position, event.position_class, event.career_level)
        case EmployeeCorrected():
            work.put(
                CORRECTIONS,
                Correction(
                    entry.agency,
                    row.employee,
                    entry.position,
                    row.name,
                    row.position,
                    row.position_class,
                    row.career_level,
                ),
            )
            row.name = event.name or row.name
            row.position = event.position or row.position
            row.position_class = event.position_class or row.position_class
            row.career_level = event.career_level or row.career_level
        case EmployeeRehired():
            _drop_ahead(work, entry, row, event)
            _place(work, entry, row, event, None, None)
            row.retired = None
            work.put(RETIREMENTS, Retirement(entry.agency, row.employee, entry.position, None))
        case _:
            raise TypeError(f"{entry.tag} is no event of the roster")
    row.version = entry.version
    row.log_position = entry.position
    work.put(EMPLOYEES, row)


def _acting(entry: Entry, employee: str, event: ActingAppointed) -> Acting:
    return Acting(entry.agency, employee, event.decree, event.to, event.unit, event.since, event.until)


def _end_acting(work: Workspace, entry: Entry, employee: str, event: ActingEnded) -> None:
    row = work.get(ACTING, employee, event.decree)
    if row is None:
        raise LookupError(f"{employee} has no employee.acting-appointed by {event.decree} before its {entry.tag}")
    row.until = event.until
    work.put(ACTING, row)


def _exempt(entry: Entry, employee: str, event: EmployeeExempted) -> Exempt:
    return Exempt(entry.agency, employee, event.decree, event.kind, event.since, event.until, withdrawn=False)


def _exempted(work: Workspace, employee: str, event: ExemptionEnded | ExemptionWithdrawn) -> Exempt:
    row = work.get(EXEMPTIONS, employee, event.decree)
    if row is None:
        raise LookupError(f"{employee} has no employee.exempted by {event.decree} before it ends")
    return row


def _drop_ahead(work: Workspace, entry: Entry, row: Employee, event: EmployeeRehired) -> None:
    stay = work.get(STAYS, entry.stream)
    if stay is None or row.retired is None:
        return
    if event.drops_posts:
        for position, since in stay.posts:
            if since > row.retired and (post := work.get(POSTS, row.employee, position)) is not None:
                post.dropped = entry.position
                work.put(POSTS, post)
        stay.posts = [one for one in stay.posts if one[1] <= row.retired]
    for position, since in stay.places:
        if since > row.retired and (place := work.get(PLACES, row.employee, position)) is not None:
            place.dropped = entry.position
            work.put(PLACES, place)
    stay.places = [one for one in stay.places if one[1] <= row.retired]
    work.put(STAYS, stay)


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


def _stay(work: Workspace, entry: Entry) -> Stay:
    return work.get(STAYS, entry.stream) or Stay(entry.agency, entry.stream, [], [])


def _post(
    work: Workspace,
    entry: Entry,
    row: Employee,
    since: date,
    position: str | None,
    position_class: PositionClass | None = None,
    career_level: str | None = None,
) -> None:
    stay = _stay(work, entry)
    stay.posts.append((entry.position, since))
    work.put(STAYS, stay)
    work.put(POSTS, Post(entry.agency, row.employee, entry.position, since, position, position_class, career_level))


def _place(
    work: Workspace,
    entry: Entry,
    row: Employee,
    event: EmployeeAssigned | EmployeeTransferred | EmployeeRehired,
    position: str | None,
    reason: str | None,
) -> None:
    stay = _stay(work, entry)
    stay.places.append((entry.position, event.since))
    work.put(STAYS, stay)
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
