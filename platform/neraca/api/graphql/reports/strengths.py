"""Strengths and weaknesses of an employee and of an office, and how many met what they planned alike."""

from enum import Enum

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_access
from neraca.api.graphql.reports.group_trend import read_spreads
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.domain.envelope import event_id
from neraca.service import group_spread
from neraca.service import strengths as service
from neraca.service.strengths import KnownResult


@strawberry.enum(description="How a value stands beside the median.")
class StandingSide(Enum):
    STRENGTH = strawberry.enum_value("STRENGTH", description="It is more.")
    WEAKNESS = strawberry.enum_value("WEAKNESS", description="It is less.")
    NEITHER = strawberry.enum_value("NEITHER", description="It is the same.")


@strawberry.type(description="A node or indicator of a final result, beside the median of others judged alike.")
class Standing:
    measure: str = strawberry.field(description="Its name in the policy.")
    label: str = strawberry.field(description="What people call it.")
    indicator: bool = strawberry.field(description="Whether it is an indicator; else a node over some.")
    side: StandingSide | None = strawberry.field(
        description="Whether that is more or less; null where fewer than five have a value to compare with."
    )
    value: Decimal = strawberry.field(description="What it came to; of an office the median of its people.")
    median: Decimal | None = strawberry.field(
        description="The median of the class of posts under the same policy; of an office, of the whole agency."
    )
    difference: Decimal | None = strawberry.field(description="By how much the value is more.")
    people: int | None = strawberry.field(description="Of how many people the median is.")
    policy: str = strawberry.field(description="The policy that judged, as `<id>@<version>`.")
    events: list[strawberry.ID] = strawberry.field(
        description="Ids of the events it rests on; none where they would lead to an anonymous rater. Of an office "
        "those that fixed the results of its people, the first of them; for those who may not see these, the one by "
        "which the figures became these."
    )
    further: int = strawberry.field(description="Of an office, of how many more results it is than are named.")


@strawberry.type(description="What people have planned by the same indicator.")
class Duty:
    duty: str = strawberry.field(description="The indicator, as planned.")
    measured_in: str = strawberry.field(description="What its target counts.")
    people: int = strawberry.field(description="Who has planned so and has a final result; five at least.")
    reported: int = strawberry.field(description="Who has reported on it.")
    met: int = strawberry.field(description="Who has met the target.")
    position: Position = strawberry.field(description="The latest event in the log that fixed one of their results.")


async def of_employee(context: RequestContext, access_scope: AccessScope, employee: str, period: str) -> list[Standing]:
    """The weakest first; empty where there is no final result that the reader may see."""
    agency = access_scope.agency
    known = await reach(context, agency, access_scope.reader)
    params = known | service.of_employee(employee, period)
    for row in await context.parts.reads.rows(agency, f"service/{service.OF_EMPLOYEE}", params):
        found = KnownResult(**row)
        policy = await context.policies.by_hash(agency, found.policy_hash)
        if policy is None:
            return []
        params = service.beside_class(found, period)
        beside = await read_spreads(context, agency, group_spread.OF_CLASSES, params, mean=False)
        return [_standing(agency, one) for one in service.standings(found, policy.plan, beside)]
    return []


async def of_unit(context: RequestContext, access_scope: AccessScope, unit: str, period: str) -> list[Standing]:
    """By policy, the weakest first."""
    seen = await group_access.of_unit(context, access_scope, unit)
    agency = access_scope.agency
    params = group_spread.of_units(units=[unit], period=period)
    found = await read_spreads(context, agency, group_spread.OF_UNITS, params, mean=False)
    all_params = group_spread.of_classes(period=period)
    beside = await read_spreads(context, agency, group_spread.OF_CLASSES, all_params, mean=False)
    behind = None
    if seen:
        params = {"agency": agency} | service.of_results(unit, period)
        behind = service.results_behind(await context.parts.reads.rows(agency, f"service/{service.BEHIND}", params))
    told: list[Standing] = []
    for hash_, ours, everybodys in service.by_policy(found, beside):
        policy = await context.policies.by_hash(agency, hash_)
        if policy is not None:
            told += [_standing(agency, one) for one in service.unit_standings(policy.plan, ours, everybodys, behind)]
    return told


async def duties(context: RequestContext, access_scope: AccessScope, period: str, unit: str | None) -> list[Duty]:
    """What the fewest have met first. For those who see everybody's appraisal, and for heads of their unit."""
    units = await group_access.units_told_exactly(context, access_scope, unit)
    params = {"agency": access_scope.agency} | service.of_duties(period, units)
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{service.DUTIES}", params)
    return [exactly(one, Duty) for one in service.duties(rows)]


def _standing(agency: str, one: service.Standing) -> Standing:
    return exactly(one, Standing, events=[event_id(agency, position) for position in one.events])
