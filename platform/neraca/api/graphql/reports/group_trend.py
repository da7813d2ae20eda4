"""How a measure went over the periods, of groups of people and of one employee."""

from datetime import date

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_access
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.enums import PeriodSpan
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.service import group_spread, trend
from neraca.service.group_spread import GroupSpread


@strawberry.type(
    description="What the final results of a group come to in one period. A group has five people or more, and changes "
    "by five or more at a time."
)
class GroupTrend:
    group: str | None = strawberry.field(description="Id of the unit, or class of posts; null for the agency.")
    period: str = strawberry.field(description="Label of the period.")
    starts: date = strawberry.field(description="First day of the period.")
    ends: date = strawberry.field(description="Last day of the period.")
    cycle: PeriodSpan = strawberry.field(description="How long it is.")
    policy: str = strawberry.field(description="The policy that judged, as `<id>@<version>`.")
    measure: str = strawberry.field(description="score, or a node or indicator of the policy.")
    people: int = strawberry.field(description="How many people's results count.")
    lower_quartile: Decimal = strawberry.field(description="A quarter of the people have this or less.")
    median: Decimal = strawberry.field(description="Half of the people have this or less; of two the mean.")
    upper_quartile: Decimal = strawberry.field(description="Three quarters of the people have this or less.")
    mean: Decimal | None = strawberry.field(
        description="Rounded half up to six places; null where other groups of the same people have one."
    )
    change: Decimal | None = strawberry.field(
        description="By how much the median is more than in the period before of the same length; null where the "
        "policies are not the same, since their scales may differ."
    )
    position: Position = strawberry.field(description="The event in the log by which the figures became these.")


@strawberry.type(description="One final result of an employee.")
class EmployeeTrend:
    period: str = strawberry.field(description="Label of the period.")
    starts: date = strawberry.field(description="First day of the period.")
    ends: date = strawberry.field(description="Last day of the period.")
    cycle: PeriodSpan = strawberry.field(description="How long it is.")
    joined: bool = strawberry.field(description="Whether it was put together from results of shorter periods.")
    unit: str = strawberry.field(description="Id of the unit when it was fixed.")
    policy: str = strawberry.field(description="The policy that judged, as `<id>@<version>`.")
    value: Decimal | None = strawberry.field(description="What the measure came to; null where it has none.")
    change: Decimal | None = strawberry.field(
        description="By how much it is more than in the result before of the same length; null where the policies are "
        "not the same, since their scales may differ."
    )
    predicate: str = strawberry.field(description="The predicate.")
    position: Position = strawberry.field(description="The event in the log that fixed it.")


async def of_group(
    context: RequestContext, access_scope: AccessScope, measure: str, unit: str | None
) -> list[GroupTrend]:
    """Of a unit, or of the whole agency where none is named."""
    if unit is None:
        group_access.whole_agency(access_scope)
        name, params = group_spread.OF_CLASSES, group_spread.of_classes(measures=[measure])
        mean = True
    else:
        mean = await group_access.of_unit(context, access_scope, unit)
        name, params = group_spread.OF_UNITS, group_spread.of_units(units=[unit], measure=measure)
    spreads = await read_spreads(context, access_scope.agency, name, params, mean=mean)
    return [exactly(one, GroupTrend) for one in trend.group_trend(spreads)]


async def read_spreads(
    context: RequestContext, agency: str, name: str, params: dict[str, object], *, mean: bool, below: bool = False
) -> list[GroupSpread]:
    """By time, policy, group and measure."""
    rows = await context.parts.reads.rows(agency, f"service/{name}", {"agency": agency} | params)
    return group_spread.spreads(rows, mean=mean, below=below)


async def of_employee(
    context: RequestContext, access_scope: AccessScope, employee: str, measure: str
) -> list[EmployeeTrend]:
    """In order of time, those that the reader may see."""
    known = await reach(context, access_scope.agency, access_scope.reader)
    params = known | trend.of_employee(employee, measure)
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{trend.OF_EMPLOYEE}", params)
    return [exactly(one, EmployeeTrend) for one in trend.employee_trend(rows)]
