"""What the routes are given: nothing here is found by import, so two apps can live side by side."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from litestar import Request
from msgspec import Struct

from neraca.api import headers
from neraca.api.access import Sight, Tokens, sight
from neraca.api.observing import Meters
from neraca.api.probe import Probe
from neraca.api.problems import Problem
from neraca.api.reads import Reads
from neraca.api.simulations import Simulations
from neraca.api.tide import Tide
from neraca.domain.agency import Agency
from neraca.domain.given import Actor
from neraca.domain.text import shown
from neraca.service import Done, Unit
from neraca.service.hindsight import Hindsight


class Handles(Protocol):
    """What the service is to its doors."""

    @property
    def hindsight(self) -> Hindsight: ...

    def handle(self, unit: Unit) -> Done: ...


class Parts(Struct, frozen=True, eq=False):
    """`troubles` says what is wrong with the process, such as a follower that follows nothing.

    `longest` is what a command may take: a database that is frozen says nothing at all.
    """

    service: Handles
    reads: Reads
    probe: Probe
    heads: Tide
    passed: Tide
    agencies: Mapping[str, Agency]
    tokens: Tokens
    troubles: Callable[[], Sequence[str]]
    clock: Callable[[], datetime]
    meters: Meters
    log: structlog.typing.FilteringBoundLogger
    simulations: Simulations | None = None
    longest: timedelta = timedelta(minutes=2)

    def actor(self, request: Request[Any, Any, Any]) -> Actor:
        """Raises Problem `unauthenticated`."""
        token = headers.bearer(request)
        actor = None if token is None else self.tokens.actor(token)
        if actor is None:
            raise Problem(
                "unauthenticated",
                "send a valid token as Authorization: Bearer <token>",
                headers={"WWW-Authenticate": 'Bearer realm="neraca"'},
            )
        return actor

    def sight(self, actor: Actor, agency: str) -> Sight:
        """Raises Problem `not-found`, the same for an agency that is not there and for one that is another's."""
        seen = sight(actor, agency) if agency in self.agencies else None
        if seen is None:
            raise Problem("not-found", f"there is no agency {shown(agency)} for you")
        return seen
