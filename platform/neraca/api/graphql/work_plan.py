"""The work plans of an employee: what the year promises, and what each period has of it."""

from datetime import date, datetime

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.appraisals.plan_and_reports import Expectations, PlanTerms, expected
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import Aspect, Perspective, Polarity, Priority, Spread, WorkPlanStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.domain.text_kinds import shown
from neraca.domain.workplan.events import YearResult, YearTarget


class WorkPlanRow(Struct, frozen=True):
    agency: str
    employee: str
    period: str
    starts: date
    ends: date
    status: WorkPlanStatus
    feedback: str | None
    due: date | None
    reason: str | None
    backdated_to: date | None
    version: int
    results: list[YearResult]
    position: int
    recorded_at: datetime
    terms: PlanTerms | None = None


_ROWS = msgspec.json.Decoder(list[WorkPlanRow])


@strawberry.type(description="What a period is to reach of a target, where it does not share in it by months.")
class PlannedAmount:
    period: str = strawberry.field(description="Label of the period.")
    amount: Decimal = strawberry.field(description="How much.")


@strawberry.type(description="One indicator of a result of the year.")
class YearTargetOfPlan:
    target: str = strawberry.field(description="Its id within the planned result.")
    indicator: str = strawberry.field(description="What is measured.")
    unit: str = strawberry.field(description="In what.")
    aspect: Aspect = strawberry.field(description="What the indicator measures.")
    polarity: Polarity = strawberry.field(description="Which way it is exceeded.")
    value: Decimal | None = strawberry.field(description="The target of all the months of the plan.")
    weight: Decimal | None = strawberry.field(description="Percent of its list, where the policy lets it be declared.")
    spread: Spread = strawberry.field(description="How the periods share in it.")
    expectations: Expectations | None = strawberry.field(description="What is expected in words; null where none is.")
    amounts: list[PlannedAmount] = strawberry.field(description="What single periods have; empty where by months.")


@strawberry.type(description="A planned result (rencana hasil kerja) of a year.")
class YearResultOfPlan:
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What is to be achieved.")
    priority: Priority = strawberry.field(description="How it ranks.")
    source: str = strawberry.field(description="The item list of the policy it belongs to.")
    perspective: Perspective | None = strawberry.field(description="What it serves; null where that was not said.")
    targets: list[YearTargetOfPlan] = strawberry.field(description="How it is measured.")


@strawberry.type(description="A work plan (SKP) of a year, or of the months of it in which a post is held.")
class WorkPlan:
    period: str = strawberry.field(description="The months it was drafted for: 2025, or 2025-06..12.")
    starts: date = strawberry.field(description="The first day it holds for.")
    ends: date = strawberry.field(description="The last day it holds for.")
    status: WorkPlanStatus = strawberry.field(description="How far it has come.")
    feedback: str | None = strawberry.field(description="What the appraiser wrote when returning it.")
    reason: str | None = strawberry.field(description="Why it was revised, ended or withdrawn last.")
    backdated_to: date | None = strawberry.field(
        description="The first day for which HR ended or withdrew it after that day; null where that was not so."
    )
    due: date | None = strawberry.field(
        description="Where it was approved too late and the policy marks that: the last day on which it was in time."
    )
    version: int = strawberry.field(description='Version of the stream of the year, for If-Match: `"v<version>"`.')
    position: Position = strawberry.field(description="Position of the last event of its own.")
    recorded_at: datetime = strawberry.field(description="When that was recorded.")
    results: list[YearResultOfPlan] = strawberry.field(description="What it plans, as drafted or revised last.")
    terms: PlanTerms | None = strawberry.field(description="What it says beside results; null where it says nothing.")


async def read(
    context: RequestContext, access_scope: AccessScope, employee: str, year: int | None, position: int | None
) -> list[WorkPlan]:
    if year is not None and not 1 <= year <= 9999:
        raise client_error("BAD_YEAR", f"year: {shown(str(year))} is none; write one such as 2025")
    params = await reach(context, access_scope.agency, access_scope.reader, position) | {
        "employee": employee,
        "year": year,
        "position": position,
    }
    found = await context.parts.reads.one(access_scope.agency, "graphql/work-plans", params)
    return [_plan(row) for row in _ROWS.decode(found["rows"])]


def _plan(row: WorkPlanRow) -> WorkPlan:
    return WorkPlan(
        period=row.period,
        starts=row.starts,
        ends=row.ends,
        status=row.status,
        feedback=row.feedback,
        reason=row.reason,
        backdated_to=row.backdated_to,
        due=row.due,
        version=row.version,
        position=Position(row.position),
        recorded_at=row.recorded_at,
        terms=row.terms,
        results=[
            YearResultOfPlan(
                result=one.id,
                title=one.title,
                priority=one.priority,
                source=one.source,
                perspective=one.perspective,
                targets=[_target(target) for target in one.targets],
            )
            for one in row.results
        ],
    )


def _target(one: YearTarget) -> YearTargetOfPlan:
    return YearTargetOfPlan(
        target=one.id,
        indicator=one.indicator,
        unit=one.unit,
        aspect=one.aspect,
        polarity=Polarity(one.polarity),
        value=None if one.target is None else Decimal(f"{one.target:f}"),
        weight=None if one.weight is None else Decimal(f"{one.weight:f}"),
        spread=one.spread,
        expectations=expected(one.expectations),
        amounts=[PlannedAmount(period=label, amount=Decimal(f"{one:f}")) for label, one in one.amounts.items()],
    )
