"""A result in the tree of plans: of a unit or of a person, what it serves, and what serves it."""

from datetime import date
from decimal import Decimal as Number
from typing import Any

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.graphql.appraisals.plan_and_reports import Expectations, expected
from neraca.api.graphql.cascade.sight import Sight
from neraca.api.graphql.support.connections import DEFAULT, MOST, Connection, page, part
from neraca.api.graphql.support.context import Info, RequestContext
from neraca.api.graphql.support.enums import Aspect, CascadeKind, LooseResult, Perspective, Priority, UnitPlanStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.appraisal import events
from neraca.domain.cascade.mission import Mission
from neraca.domain.cascade.unit_plan import UnitResult


class TargetRow(Struct, frozen=True):
    id: str
    indicator: str
    unit: str
    target: str | None = None
    aspect: Aspect = Aspect.QUANTITY
    expectations: events.Expectations | None = None


class LinkRow(Struct, frozen=True):
    serves: str
    serves_employee: str | None
    serves_period: str | None
    serves_unit: str | None
    kind: CascadeKind
    target: str | None
    share: str | None
    day: date
    reason: str | None
    position: int
    there: bool


class PlannedRow(Struct, frozen=True):
    """A planned result of a person."""

    employee: str
    period: str
    result: str
    title: str
    priority: Priority
    perspective: Perspective | None
    targets: list[TargetRow]
    fixed: bool
    link: LinkRow | None


class UnitPlanRow(Struct, frozen=True):
    unit: str
    year: int
    position: int
    status: UnitPlanStatus
    fixed: bool
    head: str | None
    feedback: str | None
    reason: str | None
    results: list[UnitResult]
    version: int


class MissionRow(Struct, frozen=True):
    first_year: int
    last_year: int
    position: int
    vision: str
    missions: list[Mission]
    decree: str
    reason: str | None


PLANNED = msgspec.json.Decoder(list[PlannedRow])
_UNIT_PLANS = msgspec.json.Decoder(list[UnitPlanRow])
_MISSION = msgspec.json.Decoder(MissionRow | None)


class NodeSource(Struct, frozen=True):
    """What a node is made of: the result of a unit's plan, or of a person's."""

    sight: Sight
    plan: UnitPlanRow | None = None
    of_unit: UnitResult | None = None
    planned: PlannedRow | None = None


@strawberry.type(description="What is measured of a result in a plan.")
class PlanIndicator:
    target: str = strawberry.field(description="Its id within the result.")
    indicator: str = strawberry.field(description="What is measured, or in words what is expected.")
    unit: str = strawberry.field(description="In what.")
    aspect: Aspect = strawberry.field(description="What the indicator measures.")
    value: Decimal | None = strawberry.field(description="The number planned; null where it is said in words.")
    expectations: Expectations | None = strawberry.field(description="What is expected in words; null where none is.")


@strawberry.type(description="How a planned result serves another.")
class ResultLink:
    kind: CascadeKind = strawberry.field(description="Directly or not, and as what.")
    target: str | None = strawberry.field(description="Of a load, the target of which it is a share.")
    share: Decimal | None = strawberry.field(description="Of a load, how much of that target.")
    since: date = strawberry.field(description="The day on which it was linked.")
    reason: str | None = strawberry.field(description="Why it was linked anew; null the first time.")
    position: Position = strawberry.field(description="The event that linked it.")


@strawberry.type(description="How much of a target is shared out among those who take a load of it.")
class LoadOfTarget:
    target: str = strawberry.field(description="Id of the target.")
    planned: Decimal | None = strawberry.field(description="The number planned; null where the target is gone.")
    shared: Decimal = strawberry.field(description="The sum of the shares.")
    results: int = strawberry.field(description="How many results share in it.")
    over: Decimal | None = strawberry.field(
        description="What the shares come to above the target: below 0 where something is left to share out."
    )
    events: list[Position] = strawberry.field(description="The links it is the sum of.")


@strawberry.type(description="A goal of the region.")
class RegionalGoal:
    sight: strawberry.Private[Sight]
    id: str = strawberry.field(description="Id that plans of offices name.")
    title: str = strawberry.field(description="What is to be reached.")

    @strawberry.field(description="The results in approved plans of offices that serve it.")
    async def served_by(self, info: Info, first: int = DEFAULT, after: int = 0) -> list["PlanNode"]:
        plans = await unit_plans(info.context, self.sight)
        found = [
            of_unit(self.sight, plan, one)
            for plan in plans
            if plan.fixed
            for one in plan.results
            if one.goal == self.id
        ]
        return part(found, first, after)


@strawberry.type(description="A result in the tree of plans.")
class PlanNode:
    source: strawberry.Private[NodeSource]
    open: strawberry.Private[bool]
    unit: str | None = strawberry.field(description="Id of the office whose it is; null where it is a person's.")
    employee_number: str | None = strawberry.field(description="Whose it is; null where it is an office's.")
    period: str = strawberry.field(description="The year or the period of the plan that has it.")
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What is to be achieved.")
    perspective: Perspective | None = strawberry.field(description="Whom or what it serves; null where none was said.")
    priority: Priority | None = strawberry.field(description="How it ranks; null of an office.")
    fixed: bool = strawberry.field(description="Whether the plan that has it is approved.")
    indicators: list[PlanIndicator] = strawberry.field(description="How it is measured.")
    link: ResultLink | None = strawberry.field(
        description="How a person's result serves another; null where it is not."
    )

    @strawberry.field(description="The goal of the region that an office's result serves; null where it serves none.")
    async def goal(self, info: Info) -> RegionalGoal | None:
        own = self.source.of_unit
        if own is None or own.goal is None:
            return None
        goals = await goals_of(info.context, self.source.sight)
        title = goals.get(own.goal)
        return None if title is None else RegionalGoal(sight=self.source.sight, id=own.goal, title=title)

    @strawberry.field(description="The result that it serves; null where it serves none, or only a goal.")
    async def serves(self, info: Info) -> "PlanNode | None":
        sight, link = self.source.sight, None if self.source.planned is None else self.source.planned.link
        if self.source.of_unit is not None:
            above = self.source.of_unit.above
            return None if above is None else await _unit_result(info.context, sight, above.unit, above.result)
        if link is None or not link.there:
            return None
        if link.serves_unit is not None:
            return await _unit_result(info.context, sight, link.serves_unit, link.serves)
        rows = await planned_of(info.context, sight, link.serves_employee or "", fixed=True)
        found = [row for row in rows if (row.period, row.result) == (link.serves_period, link.serves)]
        return of_person(sight, found[0]) if found else None

    @strawberry.field(description="Why it serves nothing; null where it serves something.")
    async def loose(self, info: Info) -> LooseResult | None:
        own, planned = self.source.of_unit, self.source.planned
        if planned is not None:
            if planned.link is None:
                return LooseResult.UNLINKED
            return None if planned.link.there else LooseResult.DROPPED
        if own is not None and own.goal is not None:
            there = own.goal in await goals_of(info.context, self.source.sight)
            return None if there else LooseResult.DROPPED
        return None if await self.serves(info) is not None else LooseResult.DROPPED

    @strawberry.field(description="The results in approved plans of other offices that serve it.")
    async def offices(self, info: Info, first: int = DEFAULT, after: int = 0) -> list["PlanNode"]:
        sight, plan = self.source.sight, self.source.plan
        if plan is None:
            return []
        found = [
            of_unit(sight, one, result)
            for one in await unit_plans(info.context, sight)
            if one.fixed
            for result in one.results
            if result.above is not None and (result.above.unit, result.above.result) == (plan.unit, self.result)
        ]
        return part(found, first, after)

    @strawberry.field(
        description="The planned results of people that serve it: all below what the reader leads, else those of whom "
        "the reader may see."
    )
    async def people(self, info: Info, first: int = DEFAULT, after: str | None = None) -> Connection["PlanNode"]:
        sight, at = self.source.sight, page(info.context, 3, first, after)
        key = at.after or (None, None, None)
        params = self._served() | {
            "people": None if self.open or sight.people is None else sorted(sight.people),
            "after_employee": key[0],
            "after_period": key[1],
            "after_result": key[2],
            "limit": at.limit,
        }
        found = await info.context.parts.reads.one(sight.agency, "graphql/serving-results", params)
        rows = PLANNED.decode(found["rows"])
        return at.connection(
            rows,
            lambda row: (row.employee, row.period, row.result),
            lambda row: of_person(sight, row, below_open=self.open and self.unit is None),
            None,
        )

    @strawberry.field(description="How much of each of its targets is shared out as a load.")
    async def loads(self, info: Info) -> list[LoadOfTarget]:
        rows = await info.context.parts.reads.rows(self.source.sight.agency, "graphql/loads", self._served())
        planned = {one.target: one.value for one in self.indicators}
        return [_load(row, planned) for row in rows] if self.open else []

    def _served(self) -> dict[str, object]:
        return self.source.sight.of_year() | {
            "unit": self.unit,
            "employee": self.employee_number,
            "period": None if self.employee_number is None else self.period,
            "result": self.result,
        }


def of_unit(sight: Sight, plan: UnitPlanRow, result: UnitResult) -> PlanNode:
    indicators = [
        PlanIndicator(
            target=one.id,
            indicator=one.indicator,
            unit=one.unit,
            aspect=one.aspect,
            value=None if one.target is None else Decimal(f"{one.target:f}"),
            expectations=expected(one.expectations),
        )
        for one in result.targets
    ]
    return PlanNode(
        source=NodeSource(sight, plan=plan, of_unit=result),
        open=sight.heads(plan.unit),
        unit=plan.unit,
        employee_number=None,
        period=str(plan.year),
        result=result.id,
        title=result.title,
        perspective=result.perspective,
        priority=None,
        fixed=plan.fixed,
        indicators=indicators,
        link=None,
    )


def of_person(sight: Sight, row: PlannedRow, *, below_open: bool = False) -> PlanNode:
    """`below_open` where it serves a result of somebody whom the reader leads."""
    indicators = [
        PlanIndicator(
            target=one.id,
            indicator=one.indicator,
            unit=one.unit,
            aspect=one.aspect,
            value=None if one.target is None else Decimal(one.target),
            expectations=expected(one.expectations),
        )
        for one in row.targets
    ]
    return PlanNode(
        source=NodeSource(sight, planned=row),
        open=below_open or sight.sees(row.employee),
        unit=None,
        employee_number=row.employee,
        period=row.period,
        result=row.result,
        title=row.title,
        perspective=row.perspective,
        priority=row.priority,
        fixed=row.fixed,
        indicators=indicators,
        link=None if row.link is None else _link(row.link),
    )


async def planned_of(context: RequestContext, sight: Sight, *employees: str, fixed: bool) -> list[PlannedRow]:
    """All that people plan in the year of the tree, or what is approved of it."""
    params = sight.of_year() | {"employees": [*employees], "fixed": fixed}
    found = await context.parts.reads.one(sight.agency, "graphql/planned-of-people", params)
    return PLANNED.decode(found["rows"])


async def unit_plans(
    context: RequestContext, sight: Sight, units: list[str] | None = None, after: str | None = None, limit: int = MOST
) -> list[UnitPlanRow]:
    params = sight.of_year() | {"units": units, "after": after, "limit": limit}
    found = await context.parts.reads.one(sight.agency, "graphql/unit-plans", params)
    return _UNIT_PLANS.decode(found["rows"])


async def mission_of(context: RequestContext, sight: Sight) -> MissionRow | None:
    found = await context.parts.reads.one(sight.agency, "graphql/mission", sight.of_year())
    return _MISSION.decode(found["row"])


async def goals_of(context: RequestContext, sight: Sight) -> dict[str, str]:
    found = await mission_of(context, sight)
    missions = [] if found is None else found.missions
    return {goal.id: goal.title for mission in missions for goal in mission.goals}


async def _unit_result(context: RequestContext, sight: Sight, unit: str, result: str) -> PlanNode | None:
    for plan in await unit_plans(context, sight, [unit]):
        for one in plan.results:
            if plan.fixed and one.id == result:
                return of_unit(sight, plan, one)
    return None


def _link(row: LinkRow) -> ResultLink:
    return ResultLink(
        kind=row.kind,
        target=row.target,
        share=None if row.share is None else Decimal(row.share),
        since=row.day,
        reason=row.reason,
        position=Position(row.position),
    )


def _load(row: dict[str, Any], planned: dict[str, Decimal | None]) -> LoadOfTarget:
    target, shared = planned.get(row["target"]), Decimal(row["shared"])
    return LoadOfTarget(
        target=row["target"],
        planned=target,
        shared=shared,
        results=row["results"],
        over=None if target is None else Decimal(f"{Number(shared) - Number(target):f}"),
        events=[Position(one) for one in row["events"]],
    )
