"""Queries past the framework: what is posted as usual, and who asks again by URL for what nothing has changed of.

The latter is answered before anything is read: it takes a look at how far log and read models are, which is shared
with whoever asks at that moment. Whatever is not quite that is left to the framework's route, which answers alike.
"""

import time

from litestar.types import ASGIApp, Receive, Scope, Send

from neraca.api import headers
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.handler import NEVER_KEPT, Queries, body_sent, told_as
from neraca.api.graphql.support import deprecations
from neraca.api.graphql.support.answer_tags import HEADERS
from neraca.api.posted_requests import PostedAnswer, PostedRequest, PostedRequests, Sent, sent
from neraca.api.read_records import is_recorded
from neraca.api.telemetry import HARMLESS, REQUEST_ID, Telemetry, request_id
from neraca.domain.contexts import Actor

_PATH = "/graphql"
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in {**HARMLESS, **HEADERS}.items()]


class QueryFastPath:
    """An ASGI application before another."""

    def __init__(
        self, otherwise: ASGIApp, parts: Dependencies, queries: Queries, telemetry: Telemetry, posted: PostedRequests
    ) -> None:
        self._otherwise = otherwise
        self._parts = parts
        self._queries = queries
        self._telemetry = telemetry
        self._posted = posted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == _PATH and scope["type"] == "http" and scope["method"] == "POST":
            await self._posted.take(scope, receive, send, _PATH, lambda sent: self._sender(sent, scope), self._answer)
        elif scope["path"] == _PATH and scope["type"] == "http" and scope["method"] == "GET":
            await self._asked_again(scope, receive, send)
        else:
            await self._otherwise(scope, receive, send)

    async def _sender(self, sent: Sent, scope: Scope) -> Actor:
        headers.is_json(sent)
        return await self._parts.actor(sent, scope)

    async def _answer(self, asked: PostedRequest) -> PostedAnswer:
        body = body_sent(asked.headers, asked.body)
        found = await self._queries.answer_of(asked.sender, body, asked.headers, asked.id)
        status, media_type = told_as(found, asked.headers)
        told = NEVER_KEPT if found.until is None else {**NEVER_KEPT, **deprecations.headers(found.until)}
        return PostedAnswer(status, media_type, told, found.body)

    async def _asked_again(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        tag = await self._unchanged(scope)
        if tag is None:
            await self._otherwise(scope, receive, send)
            return
        scope["state"][REQUEST_ID] = request = request_id()
        told = [*_HEADERS, (b"etag", tag.encode()), (b"x-request-id", request.encode())]
        await send({"type": "http.response.start", "status": 304, "headers": told})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._telemetry.ended(request, "GET", _PATH, 304, time.perf_counter() - started)

    async def _unchanged(self, scope: Scope) -> str | None:
        """The tag, where the sender has the answer that bears it."""
        said = sent(scope)
        had = said.get("if-none-match")
        # Who waits for a position is to be told when it has come, which this does not look at.
        if had is None or "neraca-position" in said:
            return None
        try:
            actor = await self._parts.actor(said, scope)
            tag = await self._queries.tags.tag(actor, said, scope["query_string"])
        # Whatever it was, the framework's route comes to it too, and answers in its words.
        except Exception:
            return None
        # Their route writes down what they read, also where nothing is sent.
        if is_recorded(actor):
            return None
        return tag if tag in (one.strip() for one in had.split(",")) else None
