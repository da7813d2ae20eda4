"""What can be followed as it happens, from a position on: events of a log, and changes of scores.

A subscription ends where the reader may no longer what they might when it began. What comes again after a reader was
away begins where they were: each thing that is told says the position to go on from.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import strawberry
from psycopg.rows import DictRow

from neraca.api import event_log as log
from neraca.api.authentication import AccessScope
from neraca.api.graphql import agency as agencies
from neraca.api.graphql.agency import Event
from neraca.api.graphql.appraisals.plan_and_reports import ScoreChange
from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import ScoreStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.api.position_waiter import PositionWaiter
from neraca.domain import rater_privacy
from neraca.domain.text_kinds import shown

BEAT = timedelta(seconds=5)
"""How often it is asked whether a reader may go on, where nothing happens."""

PAGE = 100
"""Events or changes that are read at once for one reader, and wait while they are sent."""

PACE = 0.2
"""Seconds between two looks for changes of scores: whom a reader may see is asked anew each time."""

LATE = timedelta(seconds=5)
"""How long it is waited for a position that is named and has not come."""

_LAST = UUID(int=2**128 - 1)


@strawberry.type(description="A score that changed.")
class ScoreChanged:
    employee_number: str = strawberry.field(description="Whose appraisal.")
    period: str = strawberry.field(description="Its period.")
    unit: str = strawberry.field(description="Id of the unit.")
    change: ScoreChange = strawberry.field(description="What it is from then on, and why.")
    resume_after: Position = strawberry.field(
        description="The position to go on from after this: one event may change many scores, and only when all were "
        "told is it past."
    )


@strawberry.type(description="What can be followed: by server-sent events or WebSocket, at /graphql/stream.")
class Subscription:
    @strawberry.subscription(
        description="Events as they are appended, in order, after a position or from now on; of some types only, if "
        "named. For auditors and integrators."
    )
    async def event_appended(
        self,
        info: Info,
        agency: strawberry.ID,
        after: Position | None = None,
        types: list[str] | None = None,
    ) -> AsyncGenerator[Event, None]:
        context, scope = info.context, _scope(info.context, agency)
        agencies.may_read_log(scope, types)
        known = agencies.known_types(types)
        at = await _start(context.parts.heads, agency, after)
        async for head in _news(context, context.parts.heads, agency, at):
            while at < head:
                if not await context.still():
                    return
                wanted = log.EventFilter(at, PAGE, head, known, log.LARGEST)
                # Shielded, as the read below: whoever goes in its midst would take the connection with them.
                found = await asyncio.shield(log.read(context.parts, scope, wanted))
                for one in found.events:
                    yield agencies.event(one)
                at = found.events[-1].position if found.events else head

    @strawberry.subscription(
        description="Changes of scores in the appraisals that the reader may see, in the order of the log, after a "
        "position or from now on; of one employee or period only, if named."
    )
    async def score_changed(
        self,
        info: Info,
        agency: strawberry.ID,
        after: Position | None = None,
        employee: str | None = None,
        period: str | None = None,
    ) -> AsyncGenerator[ScoreChanged, None]:
        arguments.number("employee", employee)
        arguments.period("period", period)
        context, scope = info.context, _scope(info.context, agency)
        at = await _start(context.parts.passed, agency, after)
        async for passed in _news(context, context.parts.passed, agency, at):
            async for one in _changes(context, scope, (at, passed), employee, period):
                yield one
            at = passed
            await asyncio.sleep(PACE)


def _scope(context: RequestContext, agency: str) -> AccessScope:
    found = context.scope_of(agency)
    if found is None:
        told = f"there is no agency {shown(agency)} for you; the query {{agencies {{id}}}} lists those there are"
        raise client_error("NOT_FOUND", told)
    return found


async def _start(waiter: PositionWaiter, agency: str, after: int | None) -> int:
    head = await waiter.latest(agency)
    if after is not None and after > head and await waiter.reached(agency, after, LATE) is None:
        raise client_error("BEYOND_THE_HEAD", f"the log of {agency} ends at {head}, before {after}; begin before it")
    return head if after is None else after


async def _news(context: RequestContext, waiter: PositionWaiter, agency: str, at: int) -> AsyncGenerator[int, None]:
    """How far the agency is, each time that it is farther. Ends where the reader may not go on."""
    while True:
        reached = await waiter.reached(agency, at + 1, BEAT)
        if reached is not None:
            yield reached
            at = reached
        elif not await context.still():
            return


async def _changes(
    context: RequestContext,
    scope: AccessScope,
    between: tuple[int, int],
    employee: str | None,
    period: str | None,
) -> AsyncGenerator[ScoreChanged, None]:
    """After a position and up to another. Ends early where the reader may not go on."""
    (at, until), stream = between, _LAST
    while await context.still():
        params = await asyncio.shield(reach(context, scope.agency, scope.reader)) | {
            "time_zone": context.parts.agencies[scope.agency].time_zone,
            "rating_events": [*rater_privacy.RATING_EVENTS],
            "employee": employee,
            "period": period,
            "after": at,
            "after_stream": stream,
            "until": until,
            # One more, which tells whether the last of a page is the last of its event.
            "limit": PAGE + 1,
        }
        rows = await asyncio.shield(context.parts.reads.rows(scope.agency, "graphql/score-changes", params))
        for one in _told(rows):
            yield one
        if len(rows) <= PAGE:
            return
        at, stream = rows[PAGE - 1]["position"], rows[PAGE - 1]["stream"]


def _told(rows: Sequence[DictRow]) -> Iterator[ScoreChanged]:
    for nth, row in enumerate(rows[:PAGE]):
        follows = nth + 1 < len(rows) and rows[nth + 1]["position"] == row["position"]
        yield ScoreChanged(
            employee_number=row["employee"],
            period=row["period"],
            unit=row["unit"],
            change=_change(row),
            resume_after=Position(row["position"] - follows),
        )


def _change(row: DictRow) -> ScoreChange:
    return ScoreChange(
        event=strawberry.ID(row["event"]),
        position=Position(row["position"]),
        cause=row["cause"],
        by=row["by"],
        recorded_at=row["recorded_at"],
        effective_at=row["effective_at"],
        status=ScoreStatus(row["status"]),
        reason=row["reason"],
        score=None if row["score"] is None else Decimal(row["score"]),
        predicate=row["predicate"],
        policy_hash=row["policy_hash"],
    )
