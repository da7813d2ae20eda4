"""GraphQL over server-sent events, as graphql-sse has it in its distinct connections mode: one question a request.

Each answer is a `next`, and `complete` comes always at the end, also where a token was taken away or the database went:
clients that see a stream break off without it begin again at once, from the beginning.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any

from graphql import GraphQLError
from litestar import HttpMethod, Request, Response, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from neraca.api import headers
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.handler import Queries, RequestBody, body_by_url, body_sent
from neraca.api.graphql.support.execution import Answer
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.api.stream_limits import StreamSlot
from neraca.domain.contexts import Actor
from neraca.wording.language import DEFAULT

PATH = "/graphql/stream"
BEAT = timedelta(seconds=15)
"""How often a silent stream says that it lives."""

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept-Language, Authorization"}


def routes(parts: Dependencies, queries: Queries) -> list[HTTPRouteHandler]:
    async def streamed(request: Request[Any, Any, Any], actor: Actor, body: RequestBody) -> Stream:
        # What is no question at all is refused; what is a wrong one is told in the stream, as the protocol has it.
        headers.position(request.headers, "Neraca-Position")
        with suppress(GraphQLError):
            queries.meant(body, DEFAULT)

        async def still() -> bool:
            """The token may be taken away, or stand for less than it did."""
            try:
                return await parts.actor(request.headers, request.scope, anew=True) == actor
            except Problem:
                return False

        answers = queries.answers(actor, body, request.headers, request.scope, still)
        # Taken before the answer begins, as a refusal can't be told in the midst of a stream.
        seat = parts.streams.take(name_of(actor))
        told = {**_HEADERS, **parts.streams.told(name_of(actor))}
        return Stream(_frames(answers, seat), media_type="text/event-stream", headers=told)

    @route(PATH, http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods() -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @post(PATH, summary="A GraphQL query or subscription, answered as a stream (text/event-stream)", status_code=200)
    async def follow(request: Request[Any, Any, Any]) -> Stream:
        actor = await parts.actor(request.headers, request.scope)
        return await streamed(request, actor, body_sent(request.headers, await request.body()))

    @get(
        PATH,
        summary="A GraphQL query or subscription in the URL, answered as a stream (text/event-stream)",
        opt={TAKES: ("query", "documentId", "variables", "operationName", "extensions")},
    )
    async def follow_by_url(request: Request[Any, Any, Any]) -> Stream:
        actor = await parts.actor(request.headers, request.scope)
        return await streamed(request, actor, body_by_url(request))

    return [methods, follow, follow_by_url]


def name_of(actor: Actor) -> str:
    """By whom streams are counted."""
    return f"{actor.agency}/{actor.id}"


async def _frames(answers: AsyncGenerator[Answer, None], seat: StreamSlot) -> AsyncIterator[bytes]:
    """A reader that is slow holds this up, and nothing is read for it meanwhile but what it was to be sent next."""
    seat.claim()
    try:
        async with aclosing(beaten(answers, BEAT)) as coming:
            yield b": follows\n\n"
            async for answer in coming:
                yield b": still here\n\n" if answer is None else b"event: next\ndata: %b\n\n" % answer.body
        yield b"event: complete\ndata:\n\n"
    finally:
        seat.leave()


async def beaten(answers: AsyncGenerator[Answer, None], beat: timedelta) -> AsyncGenerator[Answer | None, None]:
    """The answers, and None each time that none came for so long."""
    async with aclosing(answers):
        following: asyncio.Task[Answer] | None = None
        try:
            while True:
                following = following or asyncio.ensure_future(anext(answers))
                done, _ = await asyncio.wait({following}, timeout=beat.total_seconds())
                if not done:
                    yield None
                    continue
                try:
                    answer = following.result()
                except StopAsyncIteration:
                    return
                following = None
                yield answer
        finally:
            if following is not None and not following.done():
                following.cancel()
                await asyncio.wait({following})
