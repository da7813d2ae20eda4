"""What every resolver knows of the question: who asks, what they may see, how fresh it must be, and where to read."""

from datetime import timedelta
from typing import Any, TypeAlias

import strawberry
from graphql import GraphQLError
from msgspec import Struct

from neraca.api.authentication import AccessScope, access_scope
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.support.published_policies import PublishedPolicies
from neraca.domain.contexts import Actor

PATIENCE = timedelta(seconds=5)


class RequestContext(Struct, frozen=True, eq=False):
    """`at_least` is the position of the Neraca-Position header."""

    parts: Dependencies
    policies: PublishedPolicies
    actor: Actor
    at_least: int | None

    def scope_of(self, agency: str) -> AccessScope | None:
        """None for an agency that is not there, or not this actor's."""
        return access_scope(self.actor, agency) if agency in self.parts.agencies else None

    async def catch_up(self, agency: str, at_least: int | None) -> None:
        """Waits until the projections have passed the position. Raises an error with code NOT_CAUGHT_UP."""
        wanted = max(at_least or 0, self.at_least or 0)
        if not wanted or await self.parts.passed.reached(agency, wanted, timedelta(0)) is not None:
            return
        if await self.parts.heads.reached(agency, wanted, timedelta(0)) is None:
            raise client_error(
                "NOT_CAUGHT_UP", f"the log of {agency} has not come to position {wanted}; ask without it"
            )
        if await self.parts.passed.reached(agency, wanted, PATIENCE) is None:
            seconds = PATIENCE.total_seconds()
            raise client_error(
                "NOT_CAUGHT_UP", f"the projections of {agency} are behind position {wanted} after {seconds:g} s"
            )


Info: TypeAlias = strawberry.Info[RequestContext, Any]


def client_error(code: str, message: str) -> GraphQLError:
    """An error whose text is meant for whoever asked; all others are masked."""
    return GraphQLError(message, extensions={"code": code})
