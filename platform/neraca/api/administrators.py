"""What the administrators of an agency are told besides keys: what auditors read, and who is signed in to the pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, TypeVar

from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Response
from msgspec import Struct

from neraca.api import commands
from neraca.api.dependencies import Dependencies
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.text_kinds import shown
from neraca.service import page_sessions, recorded_reads
from neraca.store.page_sessions import PageSession
from neraca.store.recorded_reads import RecordedRead

READS = "/agencies/{agency:str}/reads"
SESSIONS = "/agencies/{agency:str}/sessions"
ENDING = SESSIONS + "/{person:str}/ending"

_NOT_KEPT = {"Cache-Control": "no-store"}

T = TypeVar("T")


class ReadsTold(Struct, frozen=True):
    """The newest first, and of those a thousand: ask for those before the last."""

    reads: list[RecordedRead]


class SessionsTold(Struct, frozen=True):
    """Those that hold, the newest first, and of those the newest thousand."""

    sessions: list[PageSession]


class Ended(Struct, frozen=True):
    """`ended` is how many sessions there were."""

    person: str
    ended: int


def routes(parts: Dependencies, url: str) -> list[HTTPRouteHandler]:
    """Both are kept in the database at `url`."""

    async def done(agency: str, request: Request[Any, Any, Any], call: Callable[[Actor], T]) -> T:
        actor = await parts.actor(request.headers, request.scope)
        parts.access_scope(actor, agency)
        try:
            return await parts.threads.run(agency, partial(call, actor), parts.longest)
        except Refusal as refused:
            raise commands.refusal(refused) from refused

    @get(
        READS,
        summary="What auditors read, and when",
        description="For the role admin. The same question of the same reader stands there once a minute.",
        opt={TAKES: ("before",)},
    )
    async def reads(
        agency: FromPath[str],
        request: Request[Any, Any, Any],
        before: Annotated[
            str, QueryParameter(max_length=40, description="Only earlier ones, such as 2026-01-31T17:00:00Z")
        ] = "",
    ) -> Response[ReadsTold]:
        found = await done(agency, request, lambda actor: recorded_reads.listed(url, agency, actor, _instant(before)))
        return Response(ReadsTold([*found]), headers=_NOT_KEPT)

    @get(SESSIONS, summary="Who is signed in to the pages by an issuer", description="For the role admin.")
    async def sessions(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[SessionsTold]:
        now = parts.clock()
        found = await done(agency, request, lambda actor: page_sessions.listed(url, agency, actor, now))
        return Response(SessionsTold([*found]), headers=_NOT_KEPT)

    @post(
        ENDING,
        summary="Ends every session of a person: at the next page they are asked to sign in",
        description="For the role admin.",
        request_max_body_size=4_000,
        status_code=200,
    )
    async def end(agency: FromPath[str], person: FromPath[str], request: Request[Any, Any, Any]) -> Response[Ended]:
        now = parts.clock()
        ended = await done(agency, request, lambda actor: page_sessions.end(url, agency, actor, person, now))
        return Response(Ended(person, ended), headers=_NOT_KEPT)

    return [reads, sessions, end]


def _instant(written: str) -> datetime:
    """Raises Problem `wrong-parameter`."""
    if not written:
        return datetime.max.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    # Within the years that the database knows, in whatever zone.
    if found is None or found.tzinfo is None or not 1900 < found.year < 9999:
        raise Problem(
            "wrong-parameter", f"before: {shown(written)} is no instant; write one such as 2026-01-31T17:00:00Z"
        )
    return found
