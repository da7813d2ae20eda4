"""A moment in the past of an agency, as a reader names it."""

from datetime import date, datetime
from functools import partial

import strawberry
from msgspec import Struct
from psycopg.types.numeric import Int8

from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.scalars import Position
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR, digits
from neraca.service.statements import PAST, PRESENT

_TO_COME = 2**63 - 1


@strawberry.input(
    description="A moment of the past. `position` or `recordedAt` is one of the log: reads are as they were then, of "
    "what the reader may see today. `effectiveAt` is a day: reads are of what holds on it, by all that is recorded, or "
    "was at that moment of the log where one is named as well. By day there are people, where they serve, who heads "
    "what and who is appointed; what else is asked by day is refused with NOT_BY_DAY."
)
class AsOf:
    position: Position | None = strawberry.field(default=None, description="After this event, and before the next.")
    recorded_at: datetime | None = strawberry.field(
        default=None, description="After the last event recorded up to then; with its time zone."
    )
    effective_at: date | None = strawberry.field(
        default=None, description="The legal day in the agency, which may be to come."
    )


class Moment(Struct, frozen=True):
    """What is read: the log up to a position, None for all of it, of what holds on a day, None for that of reading or
    of recording the position.
    """

    position: int | None = None
    day: date | None = None

    def recorded(self) -> int | None:
        """The position, for what holds on no day of its own. Raises an error with code NOT_BY_DAY."""
        if self.day is not None:
            raise client_error(
                "NOT_BY_DAY",
                "effectiveAt tells of people, of where they serve, of heads and appointments; ask for all else with "
                "position or recordedAt, without effectiveAt",
            )
        return self.position

    def __str__(self) -> str:
        """As it stands in ids; empty for the present."""
        return ",".join(str(one) for one in (self.position, self.day) if one is not None)


PRESENT_MOMENT = Moment()


def read(written: str) -> Moment | None:
    """From an id; None for what is no moment that an id was ever told of."""
    position, _, day = written.rpartition(",")
    if "-" not in day:
        position, day = written, ""
    at = digits(position) if position else None
    try:
        found = Moment(at, date.fromisoformat(day) if day else None)
    except ValueError:
        return None
    near = found.day is None or FIRST_YEAR <= found.day.year <= LAST_YEAR
    return found if near and str(found) == written else None


def moment(position: int | None) -> dict[str, Int8]:
    """The parameter of a statement that is asked of the present (None) and of the past alike. The present holds at
    every position that is still to come.
    """
    return {"position": Int8(_TO_COME if position is None else position)}


def sections(position: int | None) -> frozenset[str]:
    """Which of its sections."""
    return PRESENT if position is None else PAST


async def found(context: RequestContext, agency: str, when: AsOf) -> Moment:
    """Raises an error with code BAD_AS_OF."""
    named = [one for one in (when.position, when.recorded_at) if one is not None]
    if len(named) > 1 or not (named or when.effective_at):
        told = "asOf: give position or recordedAt, not both, or effectiveAt, or effectiveAt with one of them"
        raise client_error("BAD_AS_OF", told)
    arguments.day("asOf.effectiveAt", when.effective_at)
    return Moment(await _position(context, agency, when), when.effective_at)


async def _position(context: RequestContext, agency: str, when: AsOf) -> int | None:
    instant = when.recorded_at
    if instant is None:
        return when.position
    if instant.tzinfo is None:
        raise client_error(
            "BAD_AS_OF", f"asOf.recordedAt: {instant} has no time zone; write it as 2025-03-31T17:00:00+07:00"
        )
    arguments.day("asOf.recordedAt", instant)
    as_of_reader = context.parts.service.as_of_reader
    return await context.parts.threads.run(
        agency, partial(as_of_reader.position_at, agency, instant), context.parts.longest
    )
