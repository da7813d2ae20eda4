"""A moment in the past of an agency, as a reader names it."""

from datetime import datetime
from functools import partial

import strawberry
from psycopg.types.numeric import Int8

from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.scalars import Position
from neraca.service.statements import PAST, PRESENT

_TO_COME = 2**63 - 1


@strawberry.input(
    description="A moment of the log: exactly one of `position` and `recordedAt`. Reads are as they were then, of what "
    "the reader may see today. What counts is when things were recorded; a moment by effective day is not served."
)
class AsOf:
    position: Position | None = strawberry.field(default=None, description="After this event, and before the next.")
    recorded_at: datetime | None = strawberry.field(
        default=None, description="After the last event recorded up to then; with its time zone."
    )


def moment(position: int | None) -> dict[str, Int8]:
    """The parameter of a statement that is asked of the present (None) and of the past alike. The present holds at
    every position that is still to come.
    """
    return {"position": Int8(_TO_COME if position is None else position)}


def sections(position: int | None) -> frozenset[str]:
    """Which of its sections."""
    return PRESENT if position is None else PAST


async def position(context: RequestContext, agency: str, when: AsOf) -> int:
    """Raises an error with code BAD_AS_OF."""
    if (when.position is None) == (when.recorded_at is None):
        raise client_error("BAD_AS_OF", "asOf: give exactly one of position and recordedAt")
    if when.position is not None:
        return when.position
    instant = when.recorded_at
    if instant is None or instant.tzinfo is None:
        raise client_error(
            "BAD_AS_OF", f"asOf.recordedAt: {instant} has no time zone; write it as 2025-03-31T17:00:00+07:00"
        )
    arguments.day("asOf.recordedAt", instant)
    as_of_reader = context.parts.service.as_of_reader
    return await context.parts.threads.run(
        agency, partial(as_of_reader.position_at, agency, instant), context.parts.longest
    )
