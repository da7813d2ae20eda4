"""Rules that are tried beside the one in force, and what they would have made of the year."""

from datetime import date
from functools import partial

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql import simulation
from neraca.api.graphql.simulation import Simulation
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.domain import policy_register
from neraca.domain.errors import NotFound, Refusal
from neraca.domain.vocabulary import Role
from neraca.policy.published import PolicyAltered

MAY_SEE = frozenset({Role.POLICY, Role.POLICY_APPROVER, Role.NATIONAL, Role.AUDITOR})


@strawberry.type(description="A rule that is tried beside the one in force for a year. It counts for nothing.")
class Shadow:
    id: str = strawberry.field(description="Such as s1.")
    policy: str = strawberry.field(description="`<id>@<version>` of the rule that is tried.")
    hash: str = strawberry.field(description="Hash of its resolved text, which stays as it was when it was named.")
    since: date = strawberry.field(description="Of periods that end from this day on.")
    until: date = strawberry.field(description="To this day.")
    named_by: str = strawberry.field(description="Who named it.")
    reason: str = strawberry.field(description="Why.")
    ended: date | None = strawberry.field(description="The day on which it was ended; null where it was not.")
    why_ended: str | None = strawberry.field(description="Why it was.")


async def read(context: RequestContext, access_scope: AccessScope) -> list[Shadow]:
    """In the order in which they were named."""
    _permit(context)
    agency = access_scope.agency
    call = partial(context.parts.service.policies.shadows, agency)
    return [_told(one) for one in await context.parts.threads.run(agency, call, context.parts.longest)]


async def compared(context: RequestContext, access_scope: AccessScope, shadow: str, period: str) -> Simulation | None:
    """None where the period did not end within its days, or has no final result."""
    _permit(context)
    simulations = context.simulations()
    if simulations is None:
        raise client_error("NOT_AVAILABLE", "this server was started without simulations")
    try:
        report = await simulations.shadowed(access_scope.agency, shadow, [period])
    except (Refusal, PolicyAltered) as no:
        raise client_error("NOT_FOUND" if isinstance(no, NotFound) else "REFUSED", str(no)) from None
    found = report.found
    # Nobody is named to anybody: whom it would touch must not be known to those who decide about them.
    return simulation.told(found[0], None, people=access_scope.reader is None) if found else None


def _permit(context: RequestContext) -> None:
    if not context.actor.roles & MAY_SEE:
        raise client_error("NOT_ALLOWED", f"shadows are for the roles {', '.join(sorted(MAY_SEE))}")


def _told(one: policy_register.Shadow) -> Shadow:
    named = one.named
    return Shadow(
        id=named.shadow,
        policy=named.policy.name,
        hash=named.policy.hash,
        since=named.since,
        until=named.until,
        named_by=named.author,
        reason=named.reason,
        ended=None if one.ended is None else one.ended.on,
        why_ended=None if one.ended is None else one.ended.reason,
    )
