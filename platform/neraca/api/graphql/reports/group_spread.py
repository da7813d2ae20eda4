"""How measures lie over the people of an agency and of its offices in a period."""

import decimal

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_access
from neraca.api.graphql.reports.group_trend import read_spreads
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.errors import Invalid
from neraca.domain.group_privacy import FLOOR
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.service import group_spread, indicator_report


@strawberry.type(description="How an indicator lies over the people of an agency under one policy.")
class IndicatorSpread:
    measure: str = strawberry.field(description="Its name in the policy.")
    label: str = strawberry.field(description="What people call it.")
    policy: str = strawberry.field(description="The policy that judged, as `<id>@<version>`.")
    people: int = strawberry.field(description="How many people have a value; five at least.")
    lower_quartile: Decimal = strawberry.field(description="A quarter of the people have this or less.")
    median: Decimal = strawberry.field(description="Half of the people have this or less; of two the mean.")
    upper_quartile: Decimal = strawberry.field(description="Three quarters of the people have this or less.")
    mean: Decimal | None = strawberry.field(description="Rounded half up to six places.")
    affected: int | None = strawberry.field(
        description="How many have less than `below`, for those who may not see single results in whole fives; null "
        "where it is not asked."
    )
    position: Position = strawberry.field(description="The event in the log by which the figures became these.")


@strawberry.type(description="How a measure lies over the people of an office under one policy.")
class UnitSpread:
    group: str = strawberry.field(description="Id of the unit.")
    policy: str = strawberry.field(description="The policy that judged, as `<id>@<version>`.")
    people: int = strawberry.field(description="How many people have a value; five at least.")
    lower_quartile: Decimal = strawberry.field(description="A quarter of the people have this or less.")
    median: Decimal = strawberry.field(description="Half of the people have this or less; of two the mean.")
    upper_quartile: Decimal = strawberry.field(description="Three quarters of the people have this or less.")
    mean: Decimal | None = strawberry.field(description="For those who may see single results only.")
    below: int | None = strawberry.field(
        description="How many have less than `below`, for those who may not see single results in whole fives; null "
        "where it is not asked."
    )
    position: Position = strawberry.field(description="The event in the log by which the figures became these.")


async def indicators(
    context: RequestContext, access_scope: AccessScope, period: str, below: str | None
) -> list[IndicatorSpread]:
    """The weakest first."""
    group_access.whole_agency(access_scope)
    agency, least = access_scope.agency, _threshold(below)
    params = group_spread.of_classes(period=period, below=least)
    spreads = await read_spreads(context, agency, group_spread.OF_CLASSES, params, mean=True, below=least is not None)
    plans: dict[str, CompiledPolicy] = {}
    for hash_ in {one.policy_hash for one in spreads}:
        if (policy := await context.policies.by_hash(agency, hash_)) is not None:
            plans[hash_] = policy.plan
    found = indicator_report.indicator_spreads(spreads, plans, exactly=access_scope.reader is None)
    return [exactly(one, IndicatorSpread) for one in found]


async def units(
    context: RequestContext, access_scope: AccessScope, period: str, measure: str, below: str | None
) -> list[UnitSpread]:
    """The weakest first."""
    group_access.whole_agency(access_scope)
    exact, least = access_scope.reader is None, _threshold(below)
    params = group_spread.of_units(units=None, period=period, measure=measure, below=least)
    spreads = await read_spreads(
        context, access_scope.agency, group_spread.OF_UNITS, params, mean=exact, below=least is not None
    )
    return [
        exactly(one, UnitSpread, below=one.below if one.below is None or exact else one.below // FLOOR * FLOOR)
        for one in indicator_report.weakest_first(spreads)
    ]


def _threshold(below: str | None) -> decimal.Decimal | None:
    try:
        return None if below is None else group_spread.threshold(below)
    except Invalid as refused:
        raise client_error("INVALID", str(refused)) from None
