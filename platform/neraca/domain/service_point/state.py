"""A service point as its events have left it."""

from datetime import date
from typing import assert_never

from msgspec import Struct

from neraca.domain.service_point.events import (
    ServicePointEnded,
    ServicePointEvent,
    ServicePointOpened,
    ServicePointRevised,
)


class ServicePoint(Struct):
    """Changes in place; `since` is None before it is opened."""

    unit: str = ""
    since: date | None = None
    until: date | None = None
    hours: str = ""

    def serves(self, day: date) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


def evolve(state: ServicePoint, event: ServicePointEvent) -> ServicePoint:
    match event:
        case ServicePointOpened():
            state.unit, state.since, state.hours = event.unit, event.since, event.hours
        case ServicePointRevised():
            state.hours = event.hours
        case ServicePointEnded():
            state.until = event.until
        case _:
            assert_never(event)
    return state
