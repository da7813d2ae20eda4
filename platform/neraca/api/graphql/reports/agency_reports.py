"""What the results of an agency come to, and the way to each report."""

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_trend, participation
from neraca.api.graphql.reports.group_trend import EmployeeTrend, GroupTrend
from neraca.api.graphql.reports.participation import Participation
from neraca.api.graphql.support import arguments, connections
from neraca.api.graphql.support.context import Info
from neraca.service.group_spread import SCORE


@strawberry.type(description="What the results of an agency come to.")
class AgencyReports:
    access_scope: strawberry.Private[AccessScope]

    @strawberry.field(
        description="How many people of each office have a plan, have reported, are rated and have a final result. For "
        "those who see everybody's appraisal, and for heads that of the offices they head today."
    )
    async def participation(
        self, info: Info, period: str, first: int = connections.MOST, after: int = 0
    ) -> list[Participation]:
        arguments.period("period", period)
        found = await participation.read(info.context, self.access_scope, period)
        return connections.part(found, first, after)

    @strawberry.field(
        description="How a measure went over the periods, of the agency or of one office: score, or a node or "
        "indicator of a policy. For those who see the agency, and for heads of that office."
    )
    async def trend(
        self,
        info: Info,
        measure: str = SCORE,
        unit: str | None = None,
        first: int = connections.MOST,
        after: int = 0,
    ) -> list[GroupTrend]:
        found = await group_trend.of_group(info.context, self.access_scope, measure, unit)
        return connections.part(found, first, after)

    @strawberry.field(
        description="How a measure went over the final results of an employee, as far as the reader may see them."
    )
    async def trend_of_employee(
        self, info: Info, employee: str, measure: str = SCORE, first: int = connections.MOST, after: int = 0
    ) -> list[EmployeeTrend]:
        arguments.number("employee", employee)
        found = await group_trend.of_employee(info.context, self.access_scope, employee, measure)
        return connections.part(found, first, after)
