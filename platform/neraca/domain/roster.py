"""The roster: one employee's service in an agency, from registration to retirement."""

from datetime import date, timedelta
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import acting_officials, careers, exemptions, validation
from neraca.domain.acting_officials import (
    ActingAppointed,
    ActingCommand,
    ActingEnded,
    ActingEvent,
    AppointActing,
    EndActing,
)
from neraca.domain.assignments import (
    Assignment,
    Tenure,
    assignment_on,
    circle,
    held_from,
    last_day_of,
    named_in_service,
    placed,
)
from neraca.domain.careers import (
    CareerCommand,
    CareerEvent,
    ChangePosition,
    CorrectEmployee,
    EmployeeCorrected,
    PositionChanged,
)
from neraca.domain.contexts import Actor, Context, DelegationContext, having
from neraca.domain.delegation import Delegation, last_possible_day
from neraca.domain.employee import OfEmployee, ToEmployee
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.exemptions import (
    AssignStudy,
    EmployeeExempted,
    EndExemption,
    EndStudy,
    ExemptEmployee,
    ExemptionCommand,
    ExemptionEnded,
    ExemptionEvent,
    ExemptionWithdrawn,
    ExtendStudy,
    StudyAssigned,
    StudyEnded,
    StudyExtended,
    WithdrawExemption,
)
from neraca.domain.organisation import active_unit, known_unit
from neraca.domain.service_days import not_before, not_oneself, registered_since, within_service
from neraca.domain.text_kinds import Key, Name, Nip, Prose, Title
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role, Severity


class EmployeeRegistered(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, kw_only=True, tag="employee.registered"):
    """`employee` is the NIP (18 digits [R]), or what stands for a state official, who has no class of posts."""

    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass | None = None
    since: date
    career_level: str | None = None


class EmployeeAssigned(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.assigned"):
    """First place in the organisation, from `since` on; `supervisor` is None for the head of the agency."""

    unit: str
    since: date
    supervisor: str | None = None


class EmployeeTransferred(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.transferred"):
    unit: str
    since: date
    reason: str
    supervisor: str | None = None
    position: str | None = None


class EmployeeSanctioned(OfEmployee, ReadableWhole, frozen=True, tag="employee.sanctioned"):
    """A disciplinary sanction by decree; the appraisals whose period holds `on` see it."""

    severity: Severity
    on: date
    decree: str


class SanctionRevised(OfEmployee, ReadableWhole, frozen=True, tag="employee.sanction-revised"):
    """On appeal another sanction takes the place of that of `decree`, from the same day; `by` is the new decree."""

    decree: str
    severity: Severity
    by: str
    reason: str


class SanctionLifted(OfEmployee, ReadableWhole, frozen=True, tag="employee.sanction-lifted"):
    """The sanction of `decree` was annulled by another: it is as if it had never been."""

    decree: str
    by: str
    reason: str


class EmployeeRetired(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.retired"):
    """`on` is the last day of service; one recorded later corrects it."""

    on: date


class EmployeeRehired(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.rehired"):
    """After retirement, again in service from `since` on, in this place; in between they were not.

    With `drops_posts` what was recorded ahead of title, class and level for days after the retirement comes no more, as
    the places do; events that are older than it were read without.
    """

    unit: str
    since: date
    decree: str
    supervisor: str | None = None
    drops_posts: bool = False


class Delegated(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.delegated"):
    """What the employee does as appraiser and reviewer, `to` may do in their place on these days, both included."""

    to: str
    since: date
    until: date
    reason: str


class DelegationRevoked(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.delegation-revoked"):
    """At once, and of all that was delegated to them."""

    to: str
    reason: str


RosterEvent: TypeAlias = (
    EmployeeRegistered
    | EmployeeAssigned
    | EmployeeTransferred
    | EmployeeSanctioned
    | SanctionRevised
    | SanctionLifted
    | EmployeeRetired
    | Delegated
    | DelegationRevoked
    | ExemptionEvent
    | CareerEvent
    | ActingEvent
    | EmployeeRehired
)


class RegisterEmployee(ToEmployee, frozen=True, kw_only=True, tag="register-employee"):
    """`position_class` is left out for a STATE_OFFICIAL, such as the head of a region, who appraises heads of agencies
    and is appraised by nobody; all others have one.
    """

    name: Name
    employment_type: EmploymentType
    position: Title
    position_class: PositionClass | None = None
    since: date
    career_level: Name | None = None


class AssignEmployee(ToEmployee, frozen=True, tag="assign-employee"):
    unit: Key
    since: date
    supervisor: Nip | None = None


class TransferEmployee(ToEmployee, frozen=True, tag="transfer-employee"):
    """Open appraisals follow by `reassign-appraisal`, best sent in the same batch of commands."""

    unit: Key
    since: date
    reason: Prose
    supervisor: Nip | None = None
    position: Title | None = None


class SanctionEmployee(ToEmployee, frozen=True, tag="sanction-employee"):
    severity: Severity
    on: date
    decree: Title


class ReviseSanction(ToEmployee, frozen=True, tag="revise-sanction"):
    """`decree` is that of the sanction, or of its last revision; `by` is the new one."""

    decree: Title
    severity: Severity
    by: Title
    reason: Prose


class LiftSanction(ToEmployee, frozen=True, tag="lift-sanction"):
    """`decree` is that of the sanction, or of its last revision; `by` is the one that annuls it."""

    decree: Title
    by: Title
    reason: Prose


class RetireEmployee(ToEmployee, frozen=True, tag="retire-employee"):
    on: date


class RehireEmployee(ToEmployee, frozen=True, tag="rehire-employee"):
    """Under the same number, after retirement; not ahead of the day."""

    unit: Key
    since: date
    decree: Title
    supervisor: Nip | None = None


class Delegate(ToEmployee, frozen=True, tag="delegate"):
    """By the employee, or by HR for one who is away. Whoever acts for them says so in Neraca-On-Behalf-Of."""

    to: Nip
    since: date
    until: date
    reason: Prose


class RevokeDelegation(ToEmployee, frozen=True, tag="revoke-delegation"):
    to: Nip
    reason: Prose


RosterCommand: TypeAlias = (
    RegisterEmployee
    | AssignEmployee
    | TransferEmployee
    | SanctionEmployee
    | ReviseSanction
    | LiftSanction
    | RetireEmployee
    | Delegate
    | RevokeDelegation
    | ExemptionCommand
    | CareerCommand
    | ActingCommand
    | RehireEmployee
)


class Sanction(Struct):
    """`latest` is the decree that it rests on now; `severity` None once it was lifted."""

    decree: str
    latest: str
    severity: Severity | None


class State(Tenure):
    """A tenure and what else later commands ask of it. The state belongs to its fold and changes in place."""

    employee: str = ""
    sanctions: list[Sanction] = field(default_factory=list[Sanction])
    delegations: list[Delegation] = field(default_factory=list[Delegation])


def evolve(state: State, event: RosterEvent) -> State:
    match event:
        case EmployeeRegistered():
            state.employee, state.since, state.name = event.employee, event.since, event.name
            state.state_official = event.employment_type is EmploymentType.STATE_OFFICIAL
            state.posts = held_from(state.posts, event.since, event.position)
            if event.position_class is not None:
                state.classes = held_from(state.classes, event.since, event.position_class)
            if event.career_level is not None:
                state.levels = held_from(state.levels, event.since, event.career_level)
        case EmployeeAssigned() | EmployeeTransferred():
            placed(state, event.since, Assignment(event.unit, event.supervisor))
            if isinstance(event, EmployeeTransferred) and event.position is not None:
                state.posts = held_from(state.posts, event.since, event.position)
        case EmployeeRetired():
            state.retired = event.on
        case EmployeeRehired():
            _rehired(state, event)
        case EmployeeSanctioned():
            state.sanctions.append(Sanction(event.decree, event.decree, event.severity))
        case SanctionRevised() | SanctionLifted():
            for one in state.sanctions:
                if one.decree == event.decree:
                    one.latest = event.by
                    one.severity = event.severity if isinstance(event, SanctionRevised) else None
        case Delegated():
            state.delegations.append(Delegation(event.to, event.since, event.until))
        case DelegationRevoked():
            state.delegations = [one for one in state.delegations if one.to != event.to]
        case (
            EmployeeExempted()
            | ExemptionEnded()
            | ExemptionWithdrawn()
            | StudyAssigned()
            | StudyExtended()
            | StudyEnded()
        ):
            exemptions.evolve(state, event)
        case PositionChanged() | EmployeeCorrected():
            careers.evolve(state, event)
        case ActingAppointed() | ActingEnded():
            acting_officials.evolve(state, event)
        case _:
            assert_never(event)
    return state


def _rehired(state: State, event: EmployeeRehired) -> None:
    """What was recorded ahead for days after the retirement no longer comes."""
    if state.retired is not None:
        left, back = state.retired + timedelta(days=1), event.since - timedelta(days=1)
        state.places = [one for one in state.places if one[0] < left]
        if event.drops_posts:
            state.posts = [one for one in state.posts if one[0] < left]
            state.classes = [one for one in state.classes if one[0] < left]
            state.levels = [one for one in state.levels if one[0] < left]
        if left <= back:
            state.breaks.append((left, back))
    state.retired = None
    placed(state, event.since, Assignment(event.unit, event.supervisor))


def decide(command: RosterCommand, state: State, context: Context) -> list[RosterEvent]:
    if isinstance(command, RegisterEmployee):
        return _register(command, state, context)
    permit(command, context.actor)
    registered = registered_since(command.employee, state)
    match command:
        case AssignEmployee():
            return _assign(command, state, context)
        case TransferEmployee():
            return _transfer(command, state, context)
        case SanctionEmployee():
            return _sanction(command, state, context)
        case ReviseSanction():
            return _revise_sanction(command, state, context)
        case LiftSanction():
            return _lift_sanction(command, state, context)
        case RetireEmployee():
            return _retire(command, state, registered, context)
        case Delegate():
            return _delegate(command, state, context)
        case RevokeDelegation():
            return _revoke(command, state, context)
        case ExemptEmployee() | EndExemption() | WithdrawExemption() | AssignStudy() | ExtendStudy() | EndStudy():
            return [exemptions.decide(command, state, context)]
        case ChangePosition() | CorrectEmployee():
            return [careers.decide(command, state, context)]
        case AppointActing() | EndActing():
            return [acting_officials.decide(command, state, context)]
        case RehireEmployee():
            return _rehire(command, state, context)
        case _:
            assert_never(command)


def _register(command: RegisterEmployee, state: State, context: Context) -> list[RosterEvent]:
    if state.since is not None:
        raise AlreadyDone(
            f"{command.employee} is registered already; check the number, or send what has changed of them, such as "
            "transfer-employee"
        )
    not_oneself(command.employee, context, "register")
    validation.key(command.employee, "/employee", "an employee number")
    validation.written(command.name, "/name", "the name")
    validation.written(command.position, "/position", "the position")
    if command.employment_type is EmploymentType.STATE_OFFICIAL:
        if command.position_class is not None:
            raise Invalid(
                "/position_class: a state official is in no class of posts; leave it out", field="/position_class"
            )
    elif command.position_class is None:
        raise Invalid(
            f"/position_class: it is missing; give one of {', '.join(PositionClass)}, or register a state official as "
            f"{EmploymentType.STATE_OFFICIAL}",
            field="/position_class",
        )
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


def _assign(command: AssignEmployee, state: State, context: Context) -> list[RosterEvent]:
    """Any unit of the agency: one that does not appraise yet has people all the same."""
    not_oneself(command.employee, context, "assign")
    if state.places:
        raise AlreadyDone(f"{command.employee} has a place already; transfer them to another")
    known_unit(command.unit, context.agency)
    within_service(command.since, "/since", command.employee, state)
    _check_supervisor(command, state, context)
    return [EmployeeAssigned(unit=command.unit, since=command.since, supervisor=command.supervisor)]


def _transfer(command: TransferEmployee, state: State, context: Context) -> list[RosterEvent]:
    """From any day of service: one before a later place holds until that one, and one on its first day replaces it.

    To another unit only if it appraises by then, as an open appraisal follows its employee.
    """
    not_oneself(command.employee, context, "transfer")
    if not state.places:
        raise NotFound(f"{command.employee} has no place yet; assign one first")
    within_service(command.since, "/since", command.employee, state)
    before = assignment_on(state, command.since)
    if before is None or before.unit != command.unit:
        active_unit(command.unit, command.since, context.agency)
    validation.written(command.reason, "/reason", "the reason")
    _check_supervisor(command, state, context)
    if command.position is None and (command.since, Assignment(command.unit, command.supervisor)) in state.places:
        raise AlreadyDone(f"/since: {command.employee} has that place from {command.since} already", field="/since")
    return [
        EmployeeTransferred(
            unit=command.unit,
            since=command.since,
            reason=command.reason,
            supervisor=command.supervisor,
            position=command.position,
        )
    ]


def _sanction(command: SanctionEmployee, state: State, context: Context) -> list[RosterEvent]:
    not_oneself(command.employee, context, "sanction")
    validation.written(command.decree, "/decree", "the decree")
    within_service(command.on, "/on", command.employee, state)
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record the sanction from that day", field="/on")
    # Lifted ones too: a decree that was annulled can't be given a second time.
    if any(command.decree in (one.decree, one.latest) for one in state.sanctions):
        raise AlreadyDone(
            f"/decree: '{command.decree}' is recorded; a sanction is changed by revise-sanction or lift-sanction",
            field="/decree",
        )
    return [EmployeeSanctioned(severity=command.severity, on=command.on, decree=command.decree)]


def _revise_sanction(command: ReviseSanction, state: State, context: Context) -> list[RosterEvent]:
    """Lighter or heavier, whatever the appeal came to."""
    one = _standing(command, state, context)
    if one.severity is command.severity:
        raise AlreadyDone(f"/severity: it is '{command.severity}' already", field="/severity")
    return [SanctionRevised(decree=one.decree, severity=command.severity, by=command.by, reason=command.reason)]


def _lift_sanction(command: LiftSanction, state: State, context: Context) -> list[RosterEvent]:
    one = _standing(command, state, context)
    return [SanctionLifted(decree=one.decree, by=command.by, reason=command.reason)]


def _standing(command: ReviseSanction | LiftSanction, state: State, context: Context) -> Sanction:
    not_oneself(command.employee, context, "change a sanction of")
    validation.written(command.by, "/by", "the decree")
    validation.written(command.reason, "/reason", "the reason")
    standing = {one.latest: one for one in state.sanctions if one.severity is not None}
    named = {one.decree: one for one in standing.values()} | standing
    if command.decree not in named:
        raise NotFound(
            f"/decree: no sanction stands by '{command.decree}'; {validation.suggestion(command.decree, named)}",
            field="/decree",
        )
    if any(command.by in (one.decree, one.latest) for one in state.sanctions):
        raise Invalid(f"/by: '{command.by}' is the decree of a sanction; name the one that changes it", field="/by")
    return named[command.decree]


def _retire(command: RetireEmployee, state: State, registered: date, context: Context) -> list[RosterEvent]:
    """Recorded again with another day, it corrects the day. What was recorded ahead for later days no longer comes."""
    not_oneself(command.employee, context, "retire")
    if command.on == state.retired:
        raise AlreadyDone(f"/on: {command.employee} retires on {command.on} already", field="/on")
    not_before(command.on, registered, "/on", "registration")
    begun = [since for since, _ in state.places if since <= context.today]
    if begun:
        not_before(command.on, begun[-1], "/on", "the last transfer")
    return [EmployeeRetired(on=command.on)]


def _rehire(command: RehireEmployee, state: State, context: Context) -> list[RosterEvent]:
    not_oneself(command.employee, context, "rehire")
    validation.written(command.decree, "/decree", "the decree")
    if state.retired is None:
        raise AlreadyDone(f"{command.employee} has not retired; send transfer-employee for another place")
    if command.since <= state.retired:
        raise Invalid(
            f"/since: {command.since} is not after retirement on {state.retired}; name a later day, or correct that of "
            "retirement by retire-employee",
            field="/since",
        )
    if command.since > context.today:
        raise TooEarly(f"/since: {command.since} is still to come; record it from that day", field="/since")
    active_unit(command.unit, command.since, context.agency)
    _check_supervisor(command, state, context)
    return [
        EmployeeRehired(
            unit=command.unit,
            since=command.since,
            decree=command.decree,
            supervisor=command.supervisor,
            drops_posts=True,
        )
    ]


def permit(command: RosterCommand, actor: Actor) -> None:
    """Raises NotAllowed before it is looked up who is on the roster."""
    if isinstance(command, Delegate | RevokeDelegation):
        _own_or_hr(command, actor)


def _own_or_hr(command: Delegate | RevokeDelegation, actor: Actor) -> None:
    tag = command.__struct_config__.tag
    if actor.id != command.employee and Role.HR not in actor.roles:
        raise NotAllowed(f"{tag} is for {command.employee} and for HR; you are {actor.id}")
    # HR could otherwise make itself anybody's appraiser for a year.
    if isinstance(command, Delegate) and actor.id == command.to != command.employee:
        raise NotAllowed(f"nobody may {tag} to themselves; {command.employee} or another HR officer does")


def _delegate(command: Delegate, state: State, context: Context) -> list[RosterEvent]:
    """From today on: nobody is given leave for what was done already."""
    validation.written(command.reason, "/reason", "the reason")
    if command.to == command.employee:
        raise Invalid("/to: that is the same person; name another", field="/to")
    if command.since < context.today:
        raise Invalid(f"/since: {command.since} is past; delegate from {context.today}", field="/since")
    last = last_possible_day(command.since)
    if not command.since <= command.until <= last:
        raise Invalid(
            f"/until: {command.until} is not within {command.since} to {last}; name a day there", field="/until"
        )
    within_service(command.since, "/since", command.employee, state)
    within_service(command.until, "/until", command.employee, state)
    named_in_service(command.to, command.since, "/to", context.people)
    acting_officials.may_appraise(command.to, command.since, "/to", having(DelegationContext, context))
    if Delegation(command.to, command.since, command.until) in state.delegations:
        raise AlreadyDone(f"{command.employee} has delegated this to {command.to} already")
    return [Delegated(to=command.to, since=command.since, until=command.until, reason=command.reason)]


def _revoke(command: RevokeDelegation, state: State, context: Context) -> list[RosterEvent]:
    validation.written(command.reason, "/reason", "the reason")
    standing = {one.to for one in state.delegations if one.until >= context.today}
    if command.to not in standing:
        near = validation.suggestion(command.to, standing)
        raise NotFound(
            f"/to: {command.employee} has delegated nothing to {command.to} that still holds; {near}", field="/to"
        )
    return [DelegationRevoked(to=command.to, reason=command.reason)]


def _check_supervisor(
    command: AssignEmployee | TransferEmployee | RehireEmployee, state: State, context: Context
) -> None:
    """On the roster, in service on the day, and not below the employee on any day of the place."""
    supervisor, since = command.supervisor, command.since
    if supervisor is None:
        return
    if supervisor == command.employee:
        raise Invalid(f"/supervisor: {supervisor} can't be their own supervisor; name another", field="/supervisor")
    named_in_service(supervisor, since, "/supervisor", context.people)
    day = circle(context.people, command.employee, supervisor, since, last_day_of(state, since))
    if day is not None:
        raise Invalid(
            f"/supervisor: on {day} {supervisor} is below {command.employee}, and supervision can't run in a circle; "
            f"name another, or first transfer {supervisor} from {day}",
            field="/supervisor",
        )
