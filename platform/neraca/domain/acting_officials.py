"""Who acts for an official whose post is vacant (Plt) or who is away for a time (Plh), and so appraises in their place.

An appointment stands in the stream of whoever holds or last held the post; it is for the post in one unit. Whoever acts
must be one who may appraise: at the lowest a supervisor, or a functional official who leads a unit (PermenPANRB 6/2022,
annex p. 89), and so must whoever is delegated to.
"""

from datetime import date
from typing import TypeAlias, assert_never

from neraca.domain import validation
from neraca.domain.assignments import ActingAppointment, Tenure, class_on, named_in_service, serves
from neraca.domain.contexts import Context, DelegationContext, having
from neraca.domain.delegation import last_possible_day
from neraca.domain.employee import OfEmployee, ToEmployee
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.organisation import known_unit
from neraca.domain.service_days import not_after, not_before, not_oneself, registered_since
from neraca.domain.text_kinds import Key, Nip, Prose, Title
from neraca.domain.vocabulary import ActingKind, PositionClass

MAY_APPRAISE = frozenset({PositionClass.SENIOR_EXECUTIVE, PositionClass.ADMINISTRATOR, PositionClass.SUPERVISOR})


class ActingAppointed(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.acting-appointed"):
    """`to` acts in the post that the employee holds, or last held, in `unit`, on these days, both included."""

    to: str
    kind: ActingKind
    unit: str
    since: date
    until: date
    decree: str


class ActingEnded(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.acting-ended"):
    """The appointment of `decree` has `until` as its last day."""

    decree: str
    until: date
    reason: str


ActingEvent: TypeAlias = ActingAppointed | ActingEnded


class AppointActing(ToEmployee, frozen=True, tag="appoint-acting"):
    """`employee` holds the post and is away (PLH), or held it last (PLT)."""

    to: Nip
    kind: ActingKind
    unit: Key
    since: date
    until: date
    decree: Title


class EndActing(ToEmployee, frozen=True, tag="end-acting"):
    """Before its last day: `until` is the new one."""

    decree: Title
    until: date
    reason: Prose


ActingCommand: TypeAlias = AppointActing | EndActing


def evolve(tenure: Tenure, event: ActingEvent) -> None:
    """Changes the tenure in place."""
    match event:
        case ActingAppointed():
            tenure.acting.append(
                ActingAppointment(event.decree, event.to, event.kind, event.unit, event.since, event.until)
            )
        case ActingEnded():
            for one in tenure.acting:
                if one.decree == event.decree:
                    one.until = event.until
        case _:
            assert_never(event)


def decide(command: ActingCommand, tenure: Tenure, context: Context) -> ActingEvent:
    match command:
        case AppointActing():
            return _appoint(command, tenure, context)
        case EndActing():
            return _end(command, tenure, context)
        case _:
            assert_never(command)


def may_appraise(name: str, day: date, field: str, context: DelegationContext) -> None:
    """Raises NotAllowed for one whose class is too low on the day, and who leads no unit."""
    tenure = context.people(name)
    if tenure is None or tenure.state_official:
        return
    held = class_on(tenure, day)
    if held is None or held in MAY_APPRAISE or (held is PositionClass.FUNCTIONAL and context.leads):
        return
    leading = ", and leads no unit" if held is PositionClass.FUNCTIONAL else ""
    remedy = "; appoint them its head by appoint-head first, or name" if leading else "; name"
    raise NotAllowed(
        f"{field}: {name} is {held} on {day}{leading}: at the lowest a {PositionClass.SUPERVISOR} appraises (annex p. "
        f"89){remedy} another",
        field=field,
    )


def _appoint(command: AppointActing, tenure: Tenure, context: Context) -> ActingAppointed:
    not_oneself(command.employee, context, "appoint somebody for")
    if command.to in (context.actor.id, context.deputy):
        raise NotAllowed("nobody may appoint themselves; another HR officer does")
    if command.to == command.employee:
        raise Invalid("/to: that is the same person; name another", field="/to")
    validation.written(command.decree, "/decree", "the decree")
    known_unit(command.unit, context.agency)
    not_before(command.since, registered_since(command.employee, tenure), "/since", "registration")
    not_after(command.since, command.until)
    if command.until > (last := last_possible_day(command.since)):
        raise Invalid(f"/until: {command.until} is after {last}; appoint again then, or transfer", field="/until")
    if not any(since <= command.until and place.unit == command.unit for since, place in tenure.places):
        raise Invalid(f"/unit: {command.employee} has had no post in '{command.unit}'; name theirs", field="/unit")
    if command.kind is ActingKind.PLH and not serves(tenure, command.since):
        raise Invalid(
            f"/kind: {command.employee} does not serve on {command.since}, and the post is vacant; send "
            f"{ActingKind.PLT}",
            field="/kind",
        )
    named_in_service(command.to, command.since, "/to", context.people)
    may_appraise(command.to, command.since, "/to", having(DelegationContext, context))
    if any(one.decree == command.decree for one in tenure.acting):
        raise AlreadyDone(f"/decree: '{command.decree}' is recorded; end it by end-acting", field="/decree")
    for one in tenure.acting:
        if one.unit == command.unit and one.since <= command.until and command.since <= one.until:
            raise Conflict(
                f"/since: {one.to} acts there from {one.since} to {one.until} by '{one.decree}'; end that first",
                field="/since",
            )
    return ActingAppointed(
        to=command.to,
        kind=command.kind,
        unit=command.unit,
        since=command.since,
        until=command.until,
        decree=command.decree,
    )


def _end(command: EndActing, tenure: Tenure, context: Context) -> ActingEnded:
    not_oneself(command.employee, context, "end who acts for")
    validation.written(command.reason, "/reason", "the reason")
    named = {one.decree: one for one in tenure.acting}
    if command.decree not in named:
        raise NotFound(
            f"/decree: nobody acts for {command.employee} by '{command.decree}'; "
            f"{validation.suggestion(command.decree, named)}",
            field="/decree",
        )
    one = named[command.decree]
    if not one.since <= command.until < one.until:
        raise Invalid(
            f"/until: {command.until} is not from {one.since} to the day before {one.until}; name a day there",
            field="/until",
        )
    return ActingEnded(decree=command.decree, until=command.until, reason=command.reason)
