"""What the results of an agency come to, and the way to each report."""

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import participation
from neraca.api.graphql.reports.participation import Participation
from neraca.api.graphql.support import arguments, connections
from neraca.api.graphql.support.context import Info


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
