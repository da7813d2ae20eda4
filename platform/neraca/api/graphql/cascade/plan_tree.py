"""The tree of plans of a year: from the region's vision over its missions and the plans of units to those of people."""

from datetime import date

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.cascade import matrix, plan_change, sight
from neraca.api.graphql.cascade.matrix import RoleMatrix
from neraca.api.graphql.cascade.node import (
    PLANNED,
    PlanNode,
    RegionalGoal,
    UnitPlanRow,
    mission_of,
    of_person,
    of_unit,
    planned_of,
    unit_plans,
)
from neraca.api.graphql.cascade.plan_change import PlanChange
from neraca.api.graphql.cascade.planned import PlannedInUnit, PlannedOfUnit, planned_in_unit, planned_of_unit
from neraca.api.graphql.cascade.sight import Sight
from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.connections import DEFAULT, Connection, page, part
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import UnitPlanStatus
from neraca.api.graphql.support.scalars import Position
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR
from neraca.service import cascade


@strawberry.type(description="A mission of the region.")
class RegionalMission:
    id: str = strawberry.field(description="Its id within the vision.")
    title: str = strawberry.field(description="What it says.")
    goals: list[RegionalGoal] = strawberry.field(description="What offices are to serve.")


@strawberry.type(description="What the region wants in a span of years (RPJMD).")
class RegionalVision:
    first_year: int = strawberry.field(description="The first year it holds for.")
    last_year: int = strawberry.field(description="The last.")
    vision: str = strawberry.field(description="The vision.")
    decree: str = strawberry.field(description="What sets it.")
    reason: str | None = strawberry.field(description="Why it was revised or ended last; null where it was not.")
    position: Position = strawberry.field(description="The event that set, revised or ended it last.")
    missions: list[RegionalMission] = strawberry.field(description="Its missions.")


@strawberry.type(description="The plan of an office for a year (perjanjian kinerja).")
class UnitPlan:
    unit: str = strawberry.field(description="Id of the unit.")
    status: UnitPlanStatus = strawberry.field(description="How far it has come.")
    head: str | None = strawberry.field(description="Who submitted it last; null before anybody did.")
    feedback: str | None = strawberry.field(description="What was written when it was returned.")
    reason: str | None = strawberry.field(description="Why it was revised; null where that was not the last event.")
    version: int = strawberry.field(description='Version of its stream, for If-Match: `"v<version>"`.')
    position: Position = strawberry.field(description="Position of its last event.")
    results: list[PlanNode] = strawberry.field(description="What the office is to achieve.")


@strawberry.type(description="What was noted of a talk about a plan (dialog kinerja).")
class PlanTalk:
    on: date = strawberry.field(description="The day of the talk.")
    by: str = strawberry.field(description="Which of the two noted it.")
    note: str = strawberry.field(description="What was said.")
    position: Position = strawberry.field(description="The event.")


@strawberry.type(description="What serves what in a year, from the region's vision to people's planned results.")
class PlanTree:
    sight: strawberry.Private[Sight]
    year: int = strawberry.field(description="The year of the plans.")

    @strawberry.field(description="The region's vision and missions that hold for the year; null where none is set.")
    async def vision(self, info: Info) -> RegionalVision | None:
        row = await mission_of(info.context, self.sight)
        if row is None:
            return None
        missions = [
            RegionalMission(
                id=one.id,
                title=one.title,
                goals=[RegionalGoal(sight=self.sight, id=goal.id, title=goal.title) for goal in one.goals],
            )
            for one in row.missions
        ]
        return RegionalVision(
            first_year=row.first_year,
            last_year=row.last_year,
            vision=row.vision,
            decree=row.decree,
            reason=row.reason,
            position=Position(row.position),
            missions=missions,
        )

    @strawberry.field(description="Plans of offices, by unit. They are public within the agency.")
    async def units(self, info: Info, first: int = DEFAULT, after: str | None = None) -> Connection[UnitPlan]:
        at = page(info.context, 1, first, after)
        rows = await unit_plans(info.context, self.sight, None, at.after[0] if at.after else None, at.limit)
        return at.connection(rows, lambda row: (row.unit,), lambda row: _unit_plan(self.sight, row), None)

    @strawberry.field(
        description="What somebody plans for the year: of those the reader may see all, of who is above the reader "
        "what is approved, of others nothing."
    )
    async def results(self, info: Info, employee: str, first: int = DEFAULT, after: int = 0) -> list[PlanNode]:
        arguments.number("employee", employee)
        whole = self.sight.sees(employee)
        if not whole and employee not in self.sight.above:
            return []
        rows = await planned_of(info.context, self.sight, employee, fixed=not whole)
        return part([of_person(self.sight, row) for row in rows], first, after)

    @strawberry.field(
        description="Who of the team directly below somebody serves which of their results; null where the reader may "
        "not see what they lead."
    )
    async def matrix(
        self, info: Info, leader: str, first: int = DEFAULT, after: str | None = None
    ) -> RoleMatrix | None:
        arguments.number("leader", leader)
        if not self.sight.sees(leader):
            return None
        return await matrix.read(info.context, self.sight, leader, first, after)

    @strawberry.field(
        description="What people of an office plan and serves nothing, by employee; of all where none is named. "
        "For those who see everybody's appraisal, and for heads that of the offices they head."
    )
    async def loose(
        self, info: Info, unit: str | None = None, first: int = DEFAULT, after: str | None = None
    ) -> Connection[PlanNode]:
        at = page(info.context, 3, first, after)
        key = at.after or (None, None, None)
        params = self.sight.of_year() | {
            "today": self.sight.day,
            "units": self._units(unit),
            "after_employee": key[0],
            "after_period": key[1],
            "after_result": key[2],
            "limit": at.limit,
        }
        rows = PLANNED.decode(
            (await info.context.parts.reads.one(self.sight.agency, "graphql/loose-results", params))["rows"]
        )
        return at.connection(
            rows,
            lambda row: (row.employee, row.period, row.result),
            lambda row: of_person(self.sight, row),
            None,
        )

    @strawberry.field(
        description="How much of what the people of each office plan serves something, and leads to a goal of the "
        "region. For those who see everybody's appraisal, and for heads of the offices they head."
    )
    async def by_unit(
        self, info: Info, unit: str | None = None, first: int = DEFAULT, after: int = 0
    ) -> list[PlannedOfUnit]:
        units = self._units(unit)
        params = self.sight.of_year() | {"today": self.sight.day}
        rows = await info.context.parts.reads.rows(self.sight.agency, f"service/{cascade.SUMS}", params)
        found = [planned_of_unit(row) for row in rows if units is None or row["unit"] in units]
        return part(found, first, after)

    @strawberry.field(
        description="Each result that is planned, of an office's own plan and of its people, with the goal of the "
        "region that it leads to: by office, employee, period and result. For those who see everybody's appraisal, "
        "and for heads that of the offices they head."
    )
    async def planned(
        self, info: Info, unit: str | None = None, first: int = DEFAULT, after: str | None = None
    ) -> Connection[PlannedInUnit]:
        at = page(info.context, 4, first, after)
        params = self.sight.of_year() | {"today": self.sight.day}
        params |= cascade.of_page(self._units(unit), at.after, at.limit)
        rows = await info.context.parts.reads.rows(self.sight.agency, f"service/{cascade.PAGE}", params)
        return at.connection(
            rows,
            lambda row: (row["unit"], row["employee"], row["period"], row["result"]),
            planned_in_unit,
            None,
        )

    def _units(self, unit: str | None) -> list[str] | None:
        """The offices to tell of: the one that is asked for, or all that the reader heads; None where it is of all."""
        if unit is None and self.sight.people is not None and self.sight.headed:
            return sorted(self.sight.headed)
        if self.sight.heads(unit):
            return None if unit is None else [unit]
        raise client_error("NOT_ALLOWED", "this is for those who see the whole agency, and for heads of offices")

    @strawberry.field(
        description="What was proposed of an approved plan of the year or of a period, and what became of it: for its "
        "employee, who is above, and those who see the agency."
    )
    async def changes(
        self, info: Info, employee: str, period: str, first: int = DEFAULT, after: int = 0
    ) -> list[PlanChange]:
        arguments.number("employee", employee)
        arguments.period("period", period)
        if not self.sight.talks_with(employee):
            return []
        return part(await plan_change.read(info.context, self.sight, employee, period), first, after)

    @strawberry.field(description="What was noted of the talks about a plan, for its employee, who is above, and HR.")
    async def talks(
        self, info: Info, employee: str, period: str, first: int = DEFAULT, after: int = 0
    ) -> list[PlanTalk]:
        arguments.number("employee", employee)
        arguments.period("period", period)
        if not self.sight.talks_with(employee):
            return []
        params = self.sight.of_year() | {"employee": employee, "period": period}
        rows = await info.context.parts.reads.rows(self.sight.agency, "graphql/plan-talks", params)
        found = [
            PlanTalk(on=row["day"], by=row["by"], note=row["note"], position=Position(row["position"])) for row in rows
        ]
        return part(found, first, after)


async def read(context: RequestContext, access_scope: AccessScope, year: int, position: int | None) -> PlanTree:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise client_error("BAD_YEAR", f"year: {year} is none; write one such as 2025")
    return PlanTree(sight=await sight.of_reader(context, access_scope, year, position), year=year)


def _unit_plan(sight: Sight, row: UnitPlanRow) -> UnitPlan:
    return UnitPlan(
        unit=row.unit,
        status=row.status,
        head=row.head,
        feedback=row.feedback,
        reason=row.reason,
        version=row.version,
        position=Position(row.position),
        results=[of_unit(sight, row, one) for one in row.results],
    )
