"""The log for programs: immutable pages, long poll, and server-sent events. For auditors and integrators only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import anyio.to_thread
import msgspec
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from neraca.api import headers, redaction
from neraca.api.authentication import AccessScope
from neraca.api.dependencies import Dependencies
from neraca.api.outage_problems import outage
from neraca.api.problems import Problem
from neraca.api.query_parameters import COUNTS, TAKES
from neraca.api.stream_limits import StreamSlot
from neraca.domain.envelope import event_id

HEAD = "Neraca-Head"
"""The header that tells where the log ends."""

MOST = 1_000
LARGEST = 2_000_000
"""Bytes of events on a page, as they are stored; an event that is larger is a page of its own."""

LONGEST_WAIT = 30
LAST = 10**18 - 1
"""No log comes so far; it is the longest number that is read in a header."""

_BOUNDS = {"after": (0, LAST), "limit": (1, MOST), "wait": (0, LONGEST_WAIT)}

_END = 2**63 - 1
BEAT = timedelta(seconds=15)
"""How often a silent stream says that it lives."""


class LoggedEvent(Struct, frozen=True):
    """`event` is the envelope byte for byte as it was stored and hashed, unless `masked`.

    What tells of one rating is withheld from those who may know of none: its type is then `withheld`, and stream,
    version and time are None; so are the versions of appraisals, which would tell that something was withheld there.
    What somebody is paid or credited is left out for those without the scope `payroll`.
    """

    id: str
    position: int
    stream: UUID | None
    version: int | None
    type: str
    recorded_at: datetime | None
    masked: bool
    event: msgspec.Raw


class EventFilter(Struct, frozen=True):
    """`until` is the last position to be read, None for the end of the log; `types` None is all.

    `largest` are the bytes after which it is enough for once; nobody asks for them of some types only.
    """

    after: int
    limit: int
    until: int | None = None
    types: tuple[str, ...] | None = None
    largest: int = _END


class Page(Struct, frozen=True):
    """`next` is the `after` of the next page, `head` the last position when it was read.

    A page may have fewer events than `limit`, for it is bounded in bytes; there are more while `next` is before `head`.
    The events of such a page, and of a full one, never change.
    """

    events: list[LoggedEvent]
    next: int
    head: int


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    async def access_scope(request: Request[Any, Any, Any], agency: str, *, anew: bool = False) -> AccessScope:
        seen = parts.access_scope(await parts.actor(request.headers, request.scope, anew=anew), agency)
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
        opt={TAKES: tuple(_BOUNDS), COUNTS: _BOUNDS},
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
        seen = await access_scope(request, agency)
        head = await reached(agency, after)
        if wait and after == head:
            head = await parts.heads.reached(agency, after + 1, timedelta(seconds=wait)) or head
        rows = await _rows(parts, seen, EventFilter(after, limit, largest=LARGEST))
        page, body = await anyio.to_thread.run_sync(_written, seen, rows, after, head)
        # Only of a page that nothing can be added to.
        full = len(page.events) == limit or page.next < head
        etag = f'W/"{agency}:{after}:{page.next}{_sight(seen)}"'
        told = {
            "Cache-Control": "private, max-age=31536000, immutable" if full else "private, no-cache",
            "Vary": "Authorization",
            HEAD: str(page.head),
            "ETag": etag,
        }
        if headers.has(request.headers, etag):
            return Response(b"", status_code=304, headers=told)
        return Response(body, media_type="application/json", headers=told)

    @get(
        "/agencies/{agency:str}/events/stream",
        summary="Events as they come (text/event-stream, Last-Event-ID)",
        opt={TAKES: ("after",), COUNTS: _BOUNDS},
    )
    async def stream(
        agency: FromPath[str],
        request: Request[Any, Any, Any],
        after: Annotated[int, QueryParameter(ge=0, le=LAST)] = 0,
    ) -> Stream:
        seen = await access_scope(request, agency)
        actor = await parts.actor(request.headers, request.scope)
        start = headers.position(request.headers, "Last-Event-ID")
        begin = after if start is None else start
        head = await reached(agency, begin)  # where the database is away, that is said before a stream begins
        told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", HEAD: str(head)}
        # Taken before the answer begins, as a refusal can't be told in the midst of a stream.
        whose = f"{actor.agency}/{actor.id}"
        seat = parts.streams.take(whose)
        told |= parts.streams.told(whose)

        async def may_go_on() -> bool:
            """The token may be taken away, or stand for less than it did."""
            try:
                return await access_scope(request, agency, anew=True) == seen
            except Problem:
                return False

        return Stream(_streaming(parts, seen, begin, seat, may_go_on), media_type="text/event-stream", headers=told)

    return [events, stream]


async def read(parts: Dependencies, access_scope: AccessScope, wanted: EventFilter, head: int = 0) -> Page:
    """`head` as it was seen before; events may have come since."""
    return _page(access_scope, await _rows(parts, access_scope, wanted), wanted.after, head)


async def read_keyed(
    parts: Dependencies,
    access_scope: AccessScope,
    wanted: EventFilter,
    page: Mapping[str, object],
    sections: frozenset[str],
) -> list[LoggedEvent]:
    """A page by keys, from either end: of what is `wanted` until when, and which types."""
    params = {"agency": access_scope.agency, "until": _END if wanted.until is None else wanted.until, **page}
    if wanted.types is not None:
        params["types"], sections = list(wanted.types), sections | {"of_types"}
    rows = await parts.reads.rows(access_scope.agency, "page-of-log", params, sections)
    return [logged(access_scope, row) for row in rows]


async def count(parts: Dependencies, access_scope: AccessScope, wanted: EventFilter) -> int:
    """How many there are on all pages. Of some types only, it reads past all others."""
    until = _END if wanted.until is None else wanted.until
    if wanted.types is None:
        return min(until, (await parts.reads.heads()).get(access_scope.agency, 0))
    params = {"agency": access_scope.agency, "until": until, "types": list(wanted.types)}
    return (await parts.reads.one(access_scope.agency, "count-of-types", params))["total"]


async def _rows(parts: Dependencies, access_scope: AccessScope, wanted: EventFilter) -> list[dict[str, Any]]:
    after, until = wanted.after, _END if wanted.until is None else wanted.until
    params: dict[str, Any] = {
        "agency": access_scope.agency,
        "after": after,
        "limit": min(wanted.limit, max(0, until - after)),
    }
    if wanted.types is None:
        alike = [] if access_scope.raters else list(redaction.alike(payroll=access_scope.payroll))
        return await parts.reads.rows(
            access_scope.agency, "page", {**params, "largest": wanted.largest, "alike": alike}
        )
    params |= {"above_position": after, "until": until, "types": list(wanted.types)}
    return await parts.reads.rows(
        access_scope.agency, "page-of-log", params, frozenset({"above", "upwards", "of_types"})
    )


def _page(access_scope: AccessScope, rows: Sequence[dict[str, Any]], after: int, head: int) -> Page:
    events = [logged(access_scope, row) for row in rows]
    last = events[-1].position if events else after
    return Page(events, last, max(head, last))


def _written(access_scope: AccessScope, rows: Sequence[dict[str, Any]], after: int, head: int) -> tuple[Page, bytes]:
    """A page and its JSON. It takes a while where it is long: not for the event loop."""
    page = _page(access_scope, rows, after, head)
    return page, msgspec.json.encode(page)


def _sent(access_scope: AccessScope, rows: Sequence[dict[str, Any]]) -> list[bytes]:
    """Each as a stream sends it; not for the event loop either."""
    events = (logged(access_scope, row) for row in rows)
    return [
        b"id: %d\nevent: %b\ndata: %b\n\n" % (one.position, one.type.encode(), msgspec.json.encode(one))
        for one in events
    ]


def _sight(access_scope: AccessScope) -> str:
    """A part of the tag: not the same bytes for who may see raters, or amounts, and who may not."""
    if access_scope.raters:
        return ""
    return ":masked:paid" if access_scope.payroll else ":masked"


def logged(access_scope: AccessScope, row: dict[str, Any]) -> LoggedEvent:
    """A row of the log as this reader may have it."""
    """A row of the log as this reader may have it."""
    if not access_scope.raters:
        seen = redaction.masked(row, payroll=access_scope.payroll)
        return LoggedEvent(id=event_id(access_scope.agency, row["position"]), **seen)
    return LoggedEvent(
        id=event_id(access_scope.agency, row["position"]),
        position=row["position"],
        stream=row["stream"],
        version=row["version"],
        type=row["type"],
        recorded_at=row["recorded_at"],
        masked=False,
        event=msgspec.Raw(row["data"]),
    )


async def _streaming(
    parts: Dependencies,
    access_scope: AccessScope,
    after: int,
    seat: StreamSlot,
    may_go_on: Callable[[], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """Ends, for the reader to come back, where the database goes away; and where the reader may not go on as it began.

    A reader that is slow holds this up, and nothing is read for it meanwhile: what waits is one page at most.
    """
    seat.claim()
    try:
        yield b": follows\n\n"
        while await may_go_on():
            rows = await _rows(parts, access_scope, EventFilter(after, MOST, largest=LARGEST))
            if rows:
                for one in await anyio.to_thread.run_sync(_sent, access_scope, rows):
                    yield one
                after = rows[-1]["position"]
            elif await parts.heads.reached(access_scope.agency, after + 1, BEAT) is None:
                yield b": still here\n\n"
            # A stream far behind has rows at once every time, and would otherwise leave the loop to nobody.
            await asyncio.sleep(0)
        yield b": this token no longer reads what it did\n\n"
    except Exception as error:
        if outage(error) is None:
            raise
        yield b": the database does not answer\nretry: 5000\n\n"
    finally:
        seat.leave()
