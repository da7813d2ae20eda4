"""What a command makes happen to a service point."""

from typing import assert_never

from neraca.domain import validation
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.organisation import active_unit
from neraca.domain.service_point.commands import (
    EndServicePoint,
    OpenServicePoint,
    ReviseServicePoint,
    ServicePointCommand,
)
from neraca.domain.service_point.events import (
    ServicePointEnded,
    ServicePointEvent,
    ServicePointOpened,
    ServicePointRevised,
)
from neraca.domain.service_point.state import ServicePoint


def decide(command: ServicePointCommand, state: ServicePoint, context: Context) -> list[ServicePointEvent]:
    match command:
        case OpenServicePoint():
            return [_opened(command, state, context)]
        case ReviseServicePoint():
            _there(command.point, state)
            return [
                ServicePointRevised(
                    point=command.point,
                    name=validation.written(command.name, "/name", "the name"),
                    kind=command.kind,
                    hours=_hours(command.hours),
                )
            ]
        case EndServicePoint():
            return [_ended(command, state)]
        case _:
            assert_never(command)


def _opened(command: OpenServicePoint, state: ServicePoint, context: Context) -> ServicePointOpened:
    if state.since is not None:
        raise AlreadyDone(
            f"/point: service point '{command.point}' of {state.unit} was opened already; name another", field="/point"
        )
    active_unit(command.unit, command.since, context.agency)
    return ServicePointOpened(
        point=command.point,
        unit=command.unit,
        name=validation.written(command.name, "/name", "the name"),
        kind=command.kind,
        since=command.since,
        hours=_hours(command.hours),
    )


def _ended(command: EndServicePoint, state: ServicePoint) -> ServicePointEnded:
    since = _there(command.point, state).since
    if state.until is not None:
        raise AlreadyDone(f"service point '{command.point}' serves until {state.until} already")
    if since is not None and command.until < since:
        raise Invalid(f"/until: {command.until} is before {since}; name a day from then", field="/until")
    reason = validation.written(command.reason, "/reason", "the reason")
    return ServicePointEnded(point=command.point, until=command.until, reason=reason)


def _there(point: str, state: ServicePoint) -> ServicePoint:
    if state.since is None:
        raise NotFound(f"there is no service point '{point}'; open it first")
    return state


def _hours(hours: str | None) -> str:
    if hours is None:
        return ""
    begins, _, ends = hours.partition("-")
    if begins >= ends:
        raise Invalid(f"/hours: {hours} ends before it begins; write them as 08:00-15:30", field="/hours")
    return hours
