"""The roster: one employee's service in an agency, from registration to retirement."""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import values
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.given import Given, Place, Service
from neraca.domain.text import Key, Name, Nip, Prose, Title
from neraca.domain.units import active_unit, known_unit
from neraca.domain.vocabulary import EmploymentType, PositionClass, Severity


class OfEmployee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class EmployeeRegistered(OfEmployee, frozen=True, tag="employee.registered"):
    """`employee` is the NIP (18 digits [R])."""

    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass
    since: date
    career_level: str | None = None


class EmployeeAssigned(OfEmployee, frozen=True, tag="employee.assigned"):
    """First place in the organisation; `supervisor` is None for the head of the agency."""

    unit: str
    since: date
    supervisor: str | None = None


class EmployeeTransferred(OfEmployee, frozen=True, tag="employee.transferred"):
    unit: str
    since: date
    reason: str
    supervisor: str | None = None
    position: str | None = None


class EmployeeSanctioned(OfEmployee, frozen=True, tag="employee.sanctioned"):
    """A disciplinary sanction by decree; the appraisals whose period holds `on` see it."""

    severity: Severity
    on: date
    decree: str


class EmployeeRetired(OfEmployee, frozen=True, tag="employee.retired"):
    """`on` is the last day of service."""

    on: date


RosterEvent: TypeAlias = (
    EmployeeRegistered | EmployeeAssigned | EmployeeTransferred | EmployeeSanctioned | EmployeeRetired
)


class ToEmployee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip


class RegisterEmployee(ToEmployee, frozen=True, tag="register-employee"):
    name: Name
    employment_type: EmploymentType
    position: Title
    position_class: PositionClass
    since: date
    career_level: Name | None = None


class AssignEmployee(ToEmployee, frozen=True, tag="assign-employee"):
    unit: Key
    since: date
    supervisor: Nip | None = None


class TransferEmployee(ToEmployee, frozen=True, tag="transfer-employee"):
    """Open appraisals follow by `reassign-appraisal`, best sent in the same unit of commands."""

    unit: Key
    since: date
    reason: Prose
    supervisor: Nip | None = None
    position: Title | None = None


class SanctionEmployee(ToEmployee, frozen=True, tag="sanction-employee"):
    severity: Severity
    on: date
    decree: Title


class RetireEmployee(ToEmployee, frozen=True, tag="retire-employee"):
    on: date


RosterCommand: TypeAlias = RegisterEmployee | AssignEmployee | TransferEmployee | SanctionEmployee | RetireEmployee


class State(Struct):
    """`places` in order of their first day. The state belongs to its fold and changes in place."""

    employee: str = ""
    since: date | None = None
    position_class: PositionClass | None = None
    places: list[tuple[date, Place]] = field(default_factory=list[tuple[date, Place]])
    retired: date | None = None


def evolve(state: State, event: RosterEvent) -> State:
    match event:
        case EmployeeRegistered():
            state.employee, state.since, state.position_class = event.employee, event.since, event.position_class
        case EmployeeAssigned() | EmployeeTransferred():
            state.places.append((event.since, Place(event.unit, event.supervisor)))
        case EmployeeRetired():
            state.retired = event.on
        case EmployeeSanctioned():
            pass
        case _:
            assert_never(event)
    return state


def place_on(state: State, day: date) -> Place | None:
    """None before the first assignment and after retirement."""
    if state.retired is not None and day > state.retired:
        return None
    return next((place for since, place in reversed(state.places) if since <= day), None)


def service(state: State) -> Service | None:
    """From registration to the last day of service; None for somebody who was never registered."""
    return None if state.since is None else Service(state.since, state.retired)


def decide(command: RosterCommand, state: State, given: Given) -> list[RosterEvent]:
    if isinstance(command, RegisterEmployee):
        return _register(command, state)
    registered = _in_service(command.employee, state)
    match command:
        case AssignEmployee():
            return _assign(command, state, registered, given)
        case TransferEmployee():
            return _transfer(command, state, given)
        case SanctionEmployee():
            return _sanction(command, registered, given)
        case RetireEmployee():
            return _retire(command, state, registered)
        case _:
            assert_never(command)


def _register(command: RegisterEmployee, state: State) -> list[RosterEvent]:
    if state.since is not None:
        raise AlreadyDone(f"{command.employee} is registered already")
    values.key(command.employee, "/employee", "an employee number")
    values.written(command.name, "/name", "the name")
    values.written(command.position, "/position", "the position")
    return [
        EmployeeRegistered(
            employee=command.employee,
            name=command.name,
            employment_type=command.employment_type,
            position=command.position,
            position_class=command.position_class,
            since=command.since,
            career_level=command.career_level,
        )
    ]


def _assign(command: AssignEmployee, state: State, registered: date, given: Given) -> list[RosterEvent]:
    """Any unit of the agency: one that does not appraise yet has people all the same."""
    if state.places:
        raise AlreadyDone(f"{command.employee} has a place already; transfer them to another")
    known_unit(command.unit, given.agency)
    _other(command.supervisor, command.employee)
    _not_before(command.since, registered, "/since", "registration")
    return [EmployeeAssigned(unit=command.unit, since=command.since, supervisor=command.supervisor)]


def _transfer(command: TransferEmployee, state: State, given: Given) -> list[RosterEvent]:
    """Only to a unit that appraises by then, as an open appraisal follows its employee."""
    _not_oneself(command.employee, given, "transfer")
    if not state.places:
        raise NotFound(f"{command.employee} has no place yet; assign one first")
    active_unit(command.unit, command.since, given.agency)
    _other(command.supervisor, command.employee)
    values.written(command.reason, "/reason", "the reason")
    last = state.places[-1][0]
    if command.since <= last:
        raise Invalid(f"/since: the present place holds since {last}; transfer from a later day", field="/since")
    return [
        EmployeeTransferred(
            unit=command.unit,
            since=command.since,
            reason=command.reason,
            supervisor=command.supervisor,
            position=command.position,
        )
    ]


def _sanction(command: SanctionEmployee, registered: date, given: Given) -> list[RosterEvent]:
    _not_oneself(command.employee, given, "sanction")
    values.written(command.decree, "/decree", "the decree")
    _not_before(command.on, registered, "/on", "registration")
    if command.on > given.today:
        raise TooEarly(f"/on: {command.on} is still to come; record the sanction from that day", field="/on")
    return [EmployeeSanctioned(severity=command.severity, on=command.on, decree=command.decree)]


def _retire(command: RetireEmployee, state: State, registered: date) -> list[RosterEvent]:
    _not_before(command.on, registered, "/on", "registration")
    if state.places:
        _not_before(command.on, state.places[-1][0], "/on", "the last transfer")
    return [EmployeeRetired(on=command.on)]


def _in_service(employee: str, state: State) -> date:
    if state.since is None:
        raise NotFound(f"{employee} is not on the roster; register them first")
    if state.retired is not None:
        raise NotOpen(f"{employee} retired on {state.retired}; nothing is recorded after that")
    return state.since


def _not_before(day: date, first: date, field: str, of: str) -> None:
    if day < first:
        raise Invalid(f"{field}: {day} is before {of} on {first}", field=field)


def _other(supervisor: str | None, employee: str) -> None:
    if supervisor == employee:
        raise Invalid(f"/supervisor: {employee} can't be their own supervisor", field="/supervisor")


def _not_oneself(employee: str, given: Given, doing: str) -> None:
    if given.actor.id == employee:
        raise NotAllowed(f"nobody may {doing} themselves; ask another HR officer")
