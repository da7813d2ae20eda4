"""The log for programs: immutable pages, long poll, and server-sent events. For auditors and integrators only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from neraca.api import headers, masking
from neraca.api.access import Sight
from neraca.api.outages import outage
from neraca.api.parameters import COUNTS, TAKES
from neraca.api.parts import Parts
from neraca.api.problems import Problem
from neraca.api.seats import Seat, Seats
from neraca.domain.envelope import event_id

HEAD = "Neraca-Head"
"""The header that tells where the log ends."""

MOST = 1_000
LONGEST_WAIT = 30
LAST = 10**18
"""No log comes so far."""

_END = 2**63 - 1
BEAT = timedelta(seconds=15)
"""How often a silent stream says that it lives."""


class LoggedEvent(Struct, frozen=True):
    """`event` is the envelope byte for byte as it was stored and hashed, unless `masked`.

    What tells of one rating is withheld from those who may know of none: its type is then `withheld`, and stream,
    version and time are None; so are the versions of appraisals, which would tell that something was withheld there.
    """

    id: str
    position: int
    stream: UUID | None
    version: int | None
    type: str
    recorded_at: datetime | None
    masked: bool
    event: msgspec.Raw


class Wanted(Struct, frozen=True):
    """`until` is the last position to be read, None for the end of the log; `types` None is all."""

    after: int
    limit: int
    until: int | None = None
    types: tuple[str, ...] | None = None


class Page(Struct, frozen=True):
    """`next` is the `after` of the next page, `head` the last position when it was read.

    The events of a full page never change.
    """

    events: list[LoggedEvent]
    next: int
    head: int


def routes(parts: Parts) -> list[HTTPRouteHandler]:
    seats = Seats()

    def sight(request: Request[Any, Any, Any], agency: str) -> Sight:
        seen = parts.sight(parts.actor(request), agency)
        if not seen.log:
            raise Problem("not-allowed", "the log is for the roles auditor and integrator")
        return seen

    async def reached(agency: str, after: int) -> int:
        """The head. Raises Problem `beyond-the-head`: whoever has seen more than there is must not wait for it."""
        head = (await parts.reads.heads()).get(agency, 0)
        if after > head:
            raise Problem(
                "beyond-the-head",
                f"the log of {agency} ends at {head}, before {after}: if this server was restored from a copy, what "
                f"you have seen after {head} is not in it; begin again from there, or ask the operator",
                head=head,
                headers={HEAD: str(head)},
            )
        return head

    @get(
        "/agencies/{agency:str}/events",
        summary="Events after a position, in order",
        opt={TAKES: ("after", "limit", "wait"), COUNTS: ("after", "limit", "wait")},
    )
    async def events(
        agency: FromPath[str],
        request: Request[Any, Any, Any],
        after: Annotated[int, QueryParameter(ge=0, le=LAST, description="The last position already seen")] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 100,
        wait: Annotated[
            int, QueryParameter(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a first event")
        ] = 0,
    ) -> Response[bytes]:
        seen = sight(request, agency)
        head = await reached(agency, after)
        if wait and after == head:
            head = await parts.heads.reached(agency, after + 1, timedelta(seconds=wait)) or head
        page = await read(parts, seen, Wanted(after, limit), head)
        full = len(page.events) == limit
        told = {
            "Cache-Control": "private, max-age=31536000, immutable" if full else "no-store",
            "Vary": "Authorization",
            HEAD: str(page.head),
            "ETag": f'W/"{agency}:{after}:{page.next}{"" if seen.raters else ":masked"}"',
        }
        return Response(msgspec.json.encode(page), media_type="application/json", headers=told)

    @get(
        "/agencies/{agency:str}/events/stream",
        summary="Events as they come (text/event-stream, Last-Event-ID)",
        opt={TAKES: ("after",), COUNTS: ("after",)},
    )
    async def stream(
        agency: FromPath[str],
        request: Request[Any, Any, Any],
        after: Annotated[int, QueryParameter(ge=0, le=LAST)] = 0,
    ) -> Stream:
        seen = sight(request, agency)
        actor = parts.actor(request)
        start = headers.position(request, "Last-Event-ID")
        begin = after if start is None else start
        head = await reached(agency, begin)  # where the database is away, that is said before a stream begins
        told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", HEAD: str(head)}
        seat = seats.take(f"{actor.agency}/{actor.id}")
        return Stream(_streaming(parts, seen, begin, seat), media_type="text/event-stream", headers=told)

    return [events, stream]


async def read(parts: Parts, sight: Sight, wanted: Wanted, head: int = 0) -> Page:
    """`head` as it was seen before; events may have come since."""
    after, until = wanted.after, _END if wanted.until is None else wanted.until
    params: dict[str, Any] = {"agency": sight.agency, "after": after, "limit": min(wanted.limit, max(0, until - after))}
    statement = "page"
    if wanted.types is not None:
        statement, params = "page-of-types", {**params, "until": until, "types": list(wanted.types)}
    rows = await parts.reads.rows(sight.agency, statement, params)
    events = [_event(sight, row) for row in rows]
    last = events[-1].position if events else after
    return Page(events, last, max(head, last))


async def count(parts: Parts, sight: Sight, wanted: Wanted) -> int:
    """How many there are on all pages. Of some types only, it reads past all others."""
    until = _END if wanted.until is None else wanted.until
    if wanted.types is None:
        return min(until, (await parts.reads.heads()).get(sight.agency, 0))
    params = {"agency": sight.agency, "until": until, "types": list(wanted.types)}
    return (await parts.reads.one(sight.agency, "count-of-types", params))["total"]


def _event(sight: Sight, row: dict[str, Any]) -> LoggedEvent:
    if not sight.raters:
        return LoggedEvent(id=event_id(sight.agency, row["position"]), **masking.masked(row))
    return LoggedEvent(
        id=event_id(sight.agency, row["position"]),
        position=row["position"],
        stream=row["stream"],
        version=row["version"],
        type=row["type"],
        recorded_at=row["recorded_at"],
        masked=False,
        event=msgspec.Raw(row["data"]),
    )


async def _streaming(parts: Parts, sight: Sight, after: int, seat: Seat) -> AsyncIterator[bytes]:
    """Ends, for the reader to come back, where the database goes away."""
    seat.claim()
    try:
        yield b": follows\n\n"
        while True:
            page = await read(parts, sight, Wanted(after, MOST))
            for one in page.events:
                yield b"id: %d\nevent: %b\ndata: %b\n\n" % (one.position, one.type.encode(), msgspec.json.encode(one))
            after = page.next
            if not page.events and await parts.heads.reached(sight.agency, after + 1, BEAT) is None:
                yield b": still here\n\n"
            await asyncio.sleep(0)
    except Exception as error:
        if outage(error) is None:
            raise
        yield b": the database does not answer\nretry: 5000\n\n"
    finally:
        seat.leave()
