"""What was proposed of an approved plan by one of the two who agreed on it, and what became of that."""

from datetime import datetime

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.graphql.cascade.node import TargetRow
from neraca.api.graphql.cascade.sight import Sight
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import PlanChangeStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain import streams
from neraca.domain.period import parse


class _Target(TargetRow, frozen=True):
    weight: str | None = None


class _Result(Struct, frozen=True):
    id: str
    title: str
    targets: list[_Target]


class _Row(Struct, frozen=True):
    change: str
    position: int
    at: datetime
    by: str
    reason: str
    results: list[_Result]
    dropped: list[str]
    status: PlanChangeStatus
    answered_by: str | None
    answer: str | None
    answered: int | None


_ROWS = msgspec.json.Decoder(list[_Row])


@strawberry.type(description="An indicator as a change of a plan would have it.")
class ChangedIndicator:
    target: str = strawberry.field(description="Its id within the result.")
    indicator: str = strawberry.field(description="What is measured.")
    value: Decimal | None = strawberry.field(description="The target; null where it has no number.")
    weight: Decimal | None = strawberry.field(description="Percent of its list, where it is declared.")


@strawberry.type(description="A result as a change of a plan would have it.")
class ChangedResult:
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What is to be achieved.")
    indicators: list[ChangedIndicator] = strawberry.field(description="How it would be measured.")


@strawberry.type(description="A change of an approved plan, which holds when both want it.")
class PlanChange:
    change: str = strawberry.field(description="Its id within the plan.")
    status: PlanChangeStatus = strawberry.field(description="What became of it.")
    proposed_by: str = strawberry.field(description="Who proposed it: the employee, or who is above.")
    proposed_at: datetime = strawberry.field(description="When.")
    reason: str = strawberry.field(description="Why.")
    results: list[ChangedResult] = strawberry.field(description="What is new, or as it is to be.")
    dropped: list[str] = strawberry.field(description="Ids of results that are to go.")
    answered_by: str | None = strawberry.field(description="Who agreed or declined; null while it waits.")
    answer: str | None = strawberry.field(description="Why it was declined.")
    events: list[Position] = strawberry.field(description="The proposal, and the answer.")


async def read(context: RequestContext, sight: Sight, employee: str, period: str) -> list[PlanChange]:
    """In order of the log."""
    params = {
        "agency": sight.agency,
        "position": sight.position,
        "period": period,
        "year": streams.workplans(sight.agency, employee, parse(period).starts.year),
        "appraisal": streams.appraisal(sight.agency, employee, period),
    }
    found = await context.parts.reads.one(sight.agency, "graphql/plan-changes", params)
    return [_change(row) for row in _ROWS.decode(found["rows"])]


def _change(row: _Row) -> PlanChange:
    return PlanChange(
        change=row.change,
        status=row.status,
        proposed_by=row.by,
        proposed_at=row.at,
        reason=row.reason,
        results=[
            ChangedResult(result=one.id, title=one.title, indicators=[_indicator(target) for target in one.targets])
            for one in row.results
        ],
        dropped=row.dropped,
        answered_by=row.answered_by,
        answer=row.answer,
        events=[Position(one) for one in (row.position, row.answered) if one is not None],
    )


def _indicator(one: _Target) -> ChangedIndicator:
    return ChangedIndicator(
        target=one.id,
        indicator=one.indicator,
        value=None if one.target is None else Decimal(one.target),
        weight=None if one.weight is None else Decimal(one.weight),
    )
