"""Places by score, where the policy that judged asks for them."""

from enum import Enum
from typing import Any

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_access
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.policy.model import Policy
from neraca.service import ranks as service


@strawberry.enum(description="Which part of a ranking.")
class RankingPart(Enum):
    TOP = strawberry.enum_value("TOP", description="The first places, by the share that the policy names.")
    MIDDLE = strawberry.enum_value("MIDDLE", description="Those who follow.")
    BOTTOM = strawberry.enum_value("BOTTOM", description="The rest.")


@strawberry.type(description="The place of somebody by score. It changes no score, no predicate and no pay.")
class Place:
    policy: str = strawberry.field(description="The policy that judged and ranks, as `<id>@<version>`.")
    within: str = strawberry.field(description="Whom one is ranked among: unit, class or agency.")
    group: str | None = strawberry.field(description="Which unit or class; null for the agency.")
    place: int = strawberry.field(description="1 is the best; equal scores have equal places.")
    alike: int = strawberry.field(description="How many have this place.")
    of: int = strawberry.field(description="How many people are ranked.")
    part: RankingPart | None = strawberry.field(description="Null where the policy names no shares.")
    employee_number: str = strawberry.field(description="Whose place it is.")
    unit: str = strawberry.field(description="Id of the unit.")
    score: Decimal = strawberry.field(description="The final score by which they are ranked.")
    position: Position = strawberry.field(description="The event in the log that fixed it.")


@strawberry.type(description="People who are ranked among each other, once all of them are final.")
class RankedGroup:
    policy: str = strawberry.field(description="The policy that judged and ranks, as `<id>@<version>`.")
    within: str = strawberry.field(description="Whom one is ranked among: unit, class or agency.")
    group: str | None = strawberry.field(description="Which unit or class; null for the agency.")
    people: int = strawberry.field(description="How many people are in it; five at least.")
    unfinished: int = strawberry.field(
        description="How many are not final; as long as there are any, nobody is ranked."
    )


async def places(
    context: RequestContext, access_scope: AccessScope, period: str, unit: str | None, first: int, after: int
) -> list[Place]:
    """By policy, group and place: of all, or of the offices the reader heads."""
    units = await group_access.units_told_exactly(context, access_scope, unit)
    policies = await _policies(context, access_scope.agency, period)
    params = service.asked(policies, period, units=units, limit=first, after=after)
    return await _places(context, access_scope.agency, params, policies)


async def own(context: RequestContext, access_scope: AccessScope, period: str) -> Place | None:
    """The place of the reader; None where they are not ranked."""
    if access_scope.reader is None:
        return None
    policies = await _policies(context, access_scope.agency, period)
    params = service.asked(policies, period, employee=access_scope.reader, limit=1)
    found = await _places(context, access_scope.agency, params, policies)
    return found[0] if found else None


async def groups(context: RequestContext, access_scope: AccessScope, period: str) -> list[RankedGroup]:
    """For those who see the agency."""
    group_access.whole_agency(access_scope)
    policies = await _policies(context, access_scope.agency, period)
    params = {"agency": access_scope.agency} | service.asked(policies, period)
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{service.GROUPS}", params)
    return [exactly(one, RankedGroup) for one in service.groups(rows, policies)]


async def _places(
    context: RequestContext, agency: str, params: dict[str, Any], policies: dict[str, Policy]
) -> list[Place]:
    rows = await context.parts.reads.rows(agency, f"service/{service.PLACES}", {"agency": agency} | params)
    return [exactly(one, Place, employee_number=one.employee) for one in service.places(rows, policies)]


async def _policies(context: RequestContext, agency: str, period: str) -> dict[str, Policy]:
    params = {"agency": agency, "period": period}
    rows = await context.parts.reads.rows(agency, f"service/{service.POLICIES}", params)
    found = {row["policy_hash"]: await context.policies.by_hash(agency, row["policy_hash"]) for row in rows}
    return {hash_: one.resolved.policy for hash_, one in found.items() if one is not None}
