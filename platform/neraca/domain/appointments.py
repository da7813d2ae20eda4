"""Who is appointed to which role in an agency, and for which days: personnel staff, officials, auditors and the like.

An administrator gives and withdraws appointments, nobody their own. A sign-in tells who somebody is; what they
may is told by the appointments that hold that day.
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.text_kinds import Key, Prose, Title
from neraca.domain.vocabulary import Role

APPOINTED = (
    Role.HR,
    Role.OFFICIAL,
    Role.SURVEYOR,
    Role.POLICY,
    Role.POLICY_APPROVER,
    Role.AUDITOR,
    Role.ADMIN,
)
"""What an agency appoints to. An employee is one by the roster, a program has a key, and who approves for the nation is
no agency's to name.
"""


class OfAppointments(Struct, frozen=True, kw_only=True, omit_defaults=True):
    person: str
    role: Role


class AppointmentGiven(OfAppointments, WithoutFacts, ReadableWhole, frozen=True, tag="appointment.given"):
    """First and last day included; `until` None is until it is withdrawn. `basis` is the order that it rests on."""

    since: date
    basis: str
    until: date | None = None


class AppointmentWithdrawn(OfAppointments, WithoutFacts, ReadableWhole, frozen=True, tag="appointment.withdrawn"):
    """From this moment on they have the role no more, and what was to begin later does not begin."""

    reason: str


AppointmentEvent: TypeAlias = AppointmentGiven | AppointmentWithdrawn


class ToAppointments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    """`person` is an employee number, or what the sign-in of the agency calls somebody from outside."""

    person: Key
    role: Role


class GiveAppointment(ToAppointments, frozen=True, tag="give-appointment"):
    """First and last day included; without `until` it holds until it is withdrawn."""

    since: date
    basis: Title
    until: date | None = None


class WithdrawAppointment(ToAppointments, frozen=True, tag="withdraw-appointment"):
    """At once, with what was to begin later."""

    reason: Prose


AppointmentCommand: TypeAlias = GiveAppointment | WithdrawAppointment


class Appointment(Struct, frozen=True):
    """One that was given and not withdrawn; `at` is the log position where that is known."""

    person: str
    role: Role
    since: date
    until: date | None
    basis: str
    at: int = 0

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class State(Struct):
    """Of one person. Changes in place."""

    given: list[Appointment] = field(default_factory=list[Appointment])


def evolve(state: State, event: AppointmentEvent, at: int = 0) -> State:
    match event:
        case AppointmentGiven():
            given = Appointment(event.person, event.role, event.since, event.until, event.basis, at)
            state.given = [*state.given, given]
        case AppointmentWithdrawn():
            # What had ended before tells of its days still: it makes no difference to what holds.
            state.given = [one for one in state.given if one.role != event.role]
        case _:
            assert_never(event)
    return state


def roles_on(state: State, day: date) -> frozenset[Role]:
    return frozenset(one.role for one in state.given if one.holds(day))


def decide(command: AppointmentCommand, state: State, context: Context) -> list[AppointmentEvent]:
    match command:
        case GiveAppointment():
            return [_given(command, state, context)]
        case WithdrawAppointment():
            if not any(one.role == command.role and _ends_by(one) >= context.today for one in state.given):
                raise NotFound(
                    f"/role: {command.person} has no appointment as {command.role} that holds or is to begin; name one",
                    field="/role",
                )
            reason = validation.written(command.reason, "/reason", "the reason")
            return [AppointmentWithdrawn(person=command.person, role=command.role, reason=reason)]
        case _:
            assert_never(command)


def _given(command: GiveAppointment, state: State, context: Context) -> AppointmentGiven:
    if command.role not in APPOINTED:
        raise Invalid(f"/role: nobody is appointed {command.role}; name one of {', '.join(APPOINTED)}", field="/role")
    if command.person == context.actor.id:
        raise NotAllowed(f"{command.person} may not appoint themselves; another administrator must", field="/person")
    validation.written(command.basis, "/basis", "the basis")
    ends = date.max if command.until is None else command.until
    if ends < max(command.since, context.today):
        raise Invalid(f"/until: {ends} is over, or before {command.since}; name a later day", field="/until")
    for one in state.given:
        if one.role == command.role and one.since <= ends and command.since <= _ends_by(one):
            until = "on" if one.until is None else f"to {one.until}"
            raise AlreadyDone(
                f"/since: {command.person} is {command.role} from {one.since} {until} already; withdraw that first",
                field="/since",
            )
    return AppointmentGiven(
        person=command.person, role=command.role, since=command.since, basis=command.basis, until=command.until
    )


def _ends_by(one: Appointment) -> date:
    return date.max if one.until is None else one.until
