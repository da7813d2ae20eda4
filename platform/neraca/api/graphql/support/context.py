"""What every resolver knows of the question: who asks, what they may see, how fresh it must be, and where to read."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import strawberry
from graphql import GraphQLError
from msgspec import Struct, field

from neraca.api.authentication import AccessScope, access_scope
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.support.published_policies import PublishedPolicies
from neraca.api.simulation_queue import SimulationQueue
from neraca.domain.contexts import Actor

PATIENCE = timedelta(seconds=5)


class Noted(Struct):
    """`passing` once an answer has something in it that may be another at the next moment of the same day, of the same
    log and read models; `late` has the position of each agency that was waited for in vain, `looked_into` are the
    agencies that the question came to.
    """

    passing: bool = False
    late: dict[str, int] = field(default_factory=dict[str, int])
    looked_into: set[str] = field(default_factory=set[str])


async def _always() -> bool:
    return True


class RequestContext(Struct, frozen=True, eq=False):
    """`at_least` is the position of the Neraca-Position header; `still` says whether a reader of a stream may go on as
    it began.
    """

    parts: Dependencies
    policies: PublishedPolicies
    actor: Actor
    at_least: int | None
    noted: Noted = field(default_factory=Noted)
    still: Callable[[], Awaitable[bool]] = _always

    def now(self) -> datetime:
        """The time of day, for what depends on it."""
        self.noted.passing = True
        return self.parts.clock()

    def today(self, agency: str) -> date:
        """The legal day there."""
        return self.parts.today(agency)

    def simulations(self) -> SimulationQueue | None:
        """What is computed apart may know of other agencies as well."""
        self.noted.passing = True
        return self.parts.simulations

    def scope_of(self, agency: str) -> AccessScope | None:
        """None for an agency that is not there, or not this actor's; else it is noted as one that was looked into."""
        found = access_scope(self.actor, agency) if agency in self.parts.agencies else None
        if found is not None:
            self.noted.looked_into.add(agency)
        return found

    async def catch_up(self, agency: str, at_least: int | None) -> None:
        """Waits until the projections have passed the position. Raises an error with code NOT_CAUGHT_UP.

        What is asked by a plan may be asked by the library again: whoever has waited is not to wait once more.
        """
        wanted = max(at_least or 0, self.at_least or 0)
        if not wanted or await self.parts.passed.reached(agency, wanted, timedelta(0)) is not None:
            return
        if await self.parts.heads.reached(agency, wanted, timedelta(0)) is None:
            raise client_error(
                "NOT_CAUGHT_UP", f"the log of {agency} has not come to position {wanted}; ask without it"
            )
        in_vain = self.noted.late.get(agency)
        patience = PATIENCE if in_vain is None or wanted < in_vain else timedelta(0)
        if await self.parts.passed.reached(agency, wanted, patience) is None:
            self.noted.late[agency] = wanted
            seconds = PATIENCE.total_seconds()
            raise client_error(
                "NOT_CAUGHT_UP", f"the projections of {agency} are behind position {wanted} after {seconds:g} s"
            )


Info: TypeAlias = strawberry.Info[RequestContext, Any]


def client_error(code: str, message: str) -> GraphQLError:
    """An error whose text is meant for whoever asked; all others are masked."""
    return GraphQLError(message, extensions={"code": code})
