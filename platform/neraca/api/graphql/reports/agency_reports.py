"""What the results of an agency come to, and the way to each report."""

import strawberry

from neraca.api.graphql.reports import (
    before_after,
    budget,
    durations,
    forensics,
    group_spread,
    group_trend,
    lateness,
    participation,
    ranks,
    shadow,
    strengths,
    subjects,
)
from neraca.api.graphql.reports.before_after import BeforeAfter, ComparedPeople
from neraca.api.graphql.reports.budget import Budget
from neraca.api.graphql.reports.citizen_reports import CitizenReports
from neraca.api.graphql.reports.durations import Duration
from neraca.api.graphql.reports.forensics import Finding
from neraca.api.graphql.reports.group_spread import IndicatorSpread, UnitSpread
from neraca.api.graphql.reports.group_trend import EmployeeTrend, GroupTrend
from neraca.api.graphql.reports.lateness import Lateness, LatenessCount
from neraca.api.graphql.reports.participation import Participation
from neraca.api.graphql.reports.ranks import Place, RankedGroup
from neraca.api.graphql.reports.shadow import Shadow
from neraca.api.graphql.reports.strengths import Duty, Standing
from neraca.api.graphql.simulation import Simulation
from neraca.api.graphql.support import arguments, connections
from neraca.api.graphql.support.context import Info
from neraca.api.graphql.support.enums import LatenessStanding
from neraca.domain.period import parse
from neraca.service.before_after import PREDICATE
from neraca.service.group_spread import SCORE
from neraca.service.report_subjects import Subjects


@strawberry.type(description="What the results of an agency come to.")
class AgencyReports(CitizenReports):
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
        description="Whose reports of some days came in time, late or not, in the rhythm of their policy or else of "
        "the agency: by unit and name, of everybody, or of oneself, those below one and of the offices that one heads."
    )
    async def lateness(
        self,
        info: Info,
        period: str,
        unit: str | None = None,
        standing: LatenessStanding | None = None,
        first: int = connections.DEFAULT,
        after: int = 0,
    ) -> list[Lateness]:
        arguments.period("period", period)
        found = await lateness.of_people(info.context, self.access_scope, period, unit)
        some = [one for one in found if standing in (None, one.standing)]
        return await subjects.part(info.context, self.access_scope, Subjects(unit=unit), some, first, after)

    @strawberry.field(
        description="The same counted: how many people of each office have all in time, some late or some missing. For "
        "those who see the agency; those who may not see single people never of fewer than five."
    )
    async def lateness_counts(
        self, info: Info, period: str, first: int = connections.MOST, after: int = 0
    ) -> list[LatenessCount]:
        arguments.period("period", period)
        found = await lateness.counts(info.context, self.access_scope, period)
        return connections.part(found, first, after)

    @strawberry.field(
        description="How many days results took from the end of a period, and answers to reports from their coming in: "
        "of all and by unit. For those who see the agency, of five people or more for those who may not see single "
        "people; and for heads of their offices."
    )
    async def durations(self, info: Info, period: str, first: int = connections.MOST, after: int = 0) -> list[Duration]:
        arguments.period("period", period)
        found = await durations.read(info.context, self.access_scope, period)
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
        asked = Subjects(unit=unit, measure=measure)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="How a measure went over the final results of an employee, as far as the reader may see them."
    )
    async def trend_of_employee(
        self, info: Info, employee: str, measure: str = SCORE, first: int = connections.MOST, after: int = 0
    ) -> list[EmployeeTrend]:
        arguments.number("employee", employee)
        found = await group_trend.of_employee(info.context, self.access_scope, employee, measure)
        if all(one.value is None for one in found):
            await subjects.require(info.context, self.access_scope, Subjects(employee=employee, measure=measure))
        return connections.part(found, first, after)

    @strawberry.field(
        description="Strengths and weaknesses in the final result of an employee, the weakest first: each node beside "
        "the median of the class of posts. For whoever may see that appraisal."
    )
    async def strengths(
        self, info: Info, employee: str, period: str, first: int = connections.MOST, after: int = 0
    ) -> list[Standing]:
        arguments.number("employee", employee)
        arguments.period("period", period)
        found = await strengths.of_employee(info.context, self.access_scope, employee, period)
        asked = Subjects(employee=employee)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="Strengths and weaknesses of an office by policy, the weakest first: the median of each node "
        "beside that of the agency. For those who see the agency, and for heads of that office."
    )
    async def strengths_of_unit(
        self, info: Info, unit: str, period: str, first: int = connections.MOST, after: int = 0
    ) -> list[Standing]:
        arguments.period("period", period)
        found = await strengths.of_unit(info.context, self.access_scope, unit, period)
        asked = Subjects(unit=unit)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="What five people or more have planned by the same indicator, of all offices or of one, with how "
        "many met it, the fewest first. For those who see everybody's appraisal, and for heads of those offices."
    )
    async def duties(
        self, info: Info, period: str, unit: str | None = None, first: int = connections.MOST, after: int = 0
    ) -> list[Duty]:
        arguments.period("period", period)
        found = await strengths.duties(info.context, self.access_scope, period, unit)
        asked = Subjects(unit=unit)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="What the log says of how people judged in a period, beside what chance alone would give. For HR "
        "and auditors, and for each person what is found of themselves; `anonymous` pairs for auditors alone."
    )
    async def forensics(
        self,
        info: Info,
        period: str,
        judge: str | None = None,
        anonymous: bool = False,
        first: int = connections.DEFAULT,
        after: int = 0,
    ) -> list[Finding]:
        arguments.period("period", period)
        arguments.number("judge", judge)
        found = await forensics.read(info.context, self.access_scope, parse(period), judge, anonymous=anonymous)
        return await subjects.part(info.context, self.access_scope, Subjects(employee=judge), found, first, after)

    @strawberry.field(
        description="Two periods beside each other, everybody and the same people only, of an office with its facts, "
        "of whoever was ever in a programme, or of the agency. For those who see the agency, and for heads of that "
        "office; of a programme for those who see everybody's appraisal."
    )
    async def before_after(
        self,
        info: Info,
        first_period: str,
        second_period: str,
        measure: str = SCORE,
        unit: str | None = None,
        programme: str | None = None,
        first: int = connections.MOST,
        after: int = 0,
    ) -> list[BeforeAfter]:
        arguments.period("firstPeriod", first_period)
        arguments.period("secondPeriod", second_period)
        found = await before_after.read(
            info.context, self.access_scope, measure, first_period, second_period, unit, programme
        )
        asked = Subjects(unit=unit, programme=programme, measure=None if measure == PREDICATE else measure)
        if all(one.whom is ComparedPeople.FACT for one in found):
            await subjects.require(info.context, self.access_scope, asked)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Places by score where the policy that judged ranks, of all or of one office. For those who see "
        "everybody's appraisal, and for heads that of the people of their offices. One's own place is `ownPlace`."
    )
    async def ranking(
        self, info: Info, period: str, unit: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[Place]:
        arguments.period("period", period)
        connections.checked(first, after)
        found = await ranks.places(info.context, self.access_scope, period, unit, first, after)
        if not found:
            await subjects.require(info.context, self.access_scope, Subjects(unit=unit))
        return found

    @strawberry.field(
        description="The groups that are ranked, with how many of each are not final. For those who see the agency."
    )
    async def ranked_groups(
        self, info: Info, period: str, first: int = connections.MOST, after: int = 0
    ) -> list[RankedGroup]:
        arguments.period("period", period)
        found = await ranks.groups(info.context, self.access_scope, period)
        return connections.part(found, first, after)

    @strawberry.field(
        description="The reader's own place by score; null where the policy ranks nobody, or not yet, or too few."
    )
    async def own_place(self, info: Info, period: str) -> Place | None:
        arguments.period("period", period)
        return await ranks.own(info.context, self.access_scope, period)

    @strawberry.field(
        description="How each indicator lies over the people of the agency, the weakest first. For those who see the "
        "agency."
    )
    async def indicators(
        self, info: Info, period: str, below: str | None = None, first: int = connections.MOST, after: int = 0
    ) -> list[IndicatorSpread]:
        arguments.period("period", period)
        found = await group_spread.indicators(info.context, self.access_scope, period, below)
        return connections.part(found, first, after)

    @strawberry.field(
        description="How one measure lies over the offices, the weakest first. For those who see the agency."
    )
    async def units(
        self,
        info: Info,
        period: str,
        measure: str = SCORE,
        below: str | None = None,
        first: int = connections.MOST,
        after: int = 0,
    ) -> list[UnitSpread]:
        arguments.period("period", period)
        found = await group_spread.units(info.context, self.access_scope, period, measure, below)
        asked = Subjects(measure=measure)
        return await subjects.part(info.context, self.access_scope, asked, found, first, after)

    @strawberry.field(
        description="Rules that are tried beside the one in force, in the order in which they were named. For policy "
        "staff and auditors."
    )
    async def shadows(self, info: Info, first: int = connections.DEFAULT, after: int = 0) -> list[Shadow]:
        return connections.part(await shadow.read(info.context, self.access_scope), first, after)

    @strawberry.field(
        description="What a shadow makes of the final results of a period that ended within its days, beside what is "
        "in force; null where there are none. For policy staff and auditors."
    )
    async def shadow(self, info: Info, id: str, period: str) -> Simulation | None:  # noqa: A002 -- its name there
        arguments.period("period", period)
        return await shadow.compared(info.context, self.access_scope, id, period)

    @strawberry.field(
        description="What another rule would have cost over a closed year, to the rupiah: a proposal, or what is "
        "published. For those who make and check policies; without `candidate` the rules that paid, which come to the "
        "same."
    )
    async def budget(self, info: Info, year: int, candidate: str | None = None) -> Budget:
        return await budget.read(info.context, self.access_scope, year, candidate)
