"""What citizens said of an agency's services, and the way to each part of it."""

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import satisfaction, subjects
from neraca.api.graphql.reports.satisfaction import (
    AgencySatisfaction,
    CitizenComment,
    PublicSurvey,
    ServicePoint,
    UnitSatisfaction,
)
from neraca.api.graphql.support import arguments, connections
from neraca.api.graphql.support.context import Info
from neraca.api.graphql.support.enums import CommentStanding
from neraca.service.report_subjects import Subjects


@strawberry.type(description="What citizens said of an agency's services.")
class CitizenReports:
    access_scope: strawberry.Private[AccessScope]

    @strawberry.field(
        description="What citizens said of each unit and its service points, by survey, unit and period: without a "
        "period the trend. For all in the agency; what fewer than ten citizens said is told of nowhere."
    )
    async def satisfaction(
        self,
        info: Info,
        unit: str | None = None,
        survey: str | None = None,
        period: str | None = None,
        first: int = connections.DEFAULT,
        after: int = 0,
    ) -> list[UnitSatisfaction]:
        if period is not None:
            arguments.period("period", period)
        found = await satisfaction.read_units(info.context, self.access_scope, unit, survey, period)
        asked = Subjects(unit=unit, survey=survey)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(description="The same of all units together, by survey and period.")
    async def agency_satisfaction(
        self, info: Info, survey: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[AgencySatisfaction]:
        found = await satisfaction.read_agency(info.context, self.access_scope, survey)
        asked = Subjects(survey=survey)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(description="Where citizens are served and asked.")
    async def service_points(
        self, info: Info, unit: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[ServicePoint]:
        found = await satisfaction.read_points(info.context, self.access_scope, unit)
        asked = Subjects(unit=unit)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="What citizens added in words: what was released for all in the agency, the rest for those who run "
        "surveys, for officials and auditors."
    )
    async def comments(
        self,
        info: Info,
        unit: str | None = None,
        standing: CommentStanding = CommentStanding.RELEASED,
        first: int = connections.DEFAULT,
        after: int = 0,
    ) -> list[CitizenComment]:
        found = await satisfaction.read_comments(info.context, self.access_scope, unit, standing, first, after)
        if not found:
            await subjects.require(info.context, self.access_scope, Subjects(unit=unit))
        return found

    @strawberry.field(
        description="Surveys that citizens answer themselves, and what was noticed of how answers came; for those who "
        "run surveys, for officials and auditors."
    )
    async def public_surveys(
        self, info: Info, unit: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[PublicSurvey]:
        found = await satisfaction.read_public_surveys(info.context, self.access_scope, unit)
        asked = Subjects(unit=unit)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)
