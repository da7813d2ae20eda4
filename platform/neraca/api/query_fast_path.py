"""Answers who asks again by URL for what nothing has changed of, past the framework and before anything is read.

It takes a look at how far log and read models are, which is shared with whoever asks at that moment. Whatever is not
quite that is left to the framework's route, which answers alike.
"""

import time
from uuid import uuid4

from litestar.types import ASGIApp, Receive, Scope, Send

from neraca.api.dependencies import Dependencies
from neraca.api.graphql.support.answer_tags import HEADERS, AnswerTags
from neraca.api.read_records import is_recorded
from neraca.api.telemetry import HARMLESS, REQUEST_ID, Telemetry

_PATH = "/graphql"
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in {**HARMLESS, **HEADERS}.items()]


class QueryFastPath:
    """An ASGI application before another."""

    def __init__(self, otherwise: ASGIApp, parts: Dependencies, tags: AnswerTags, telemetry: Telemetry) -> None:
        self._otherwise = otherwise
        self._parts = parts
        self._tags = tags
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != _PATH or scope["type"] != "http" or scope["method"] != "GET":
            await self._otherwise(scope, receive, send)
            return
        started = time.perf_counter()
        tag = await self._unchanged(scope)
        if tag is None:
            await self._otherwise(scope, receive, send)
            return
        scope["state"][REQUEST_ID] = request = uuid4().hex
        headers = [*_HEADERS, (b"etag", tag.encode()), (b"x-request-id", request.encode())]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._telemetry.ended(request, "GET", _PATH, 304, time.perf_counter() - started)

    async def _unchanged(self, scope: Scope) -> str | None:
        """The tag, where the sender has the answer that bears it."""
        # Of a header that comes twice the first counts, as it does for the framework.
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed([*scope["headers"]])}
        had = headers.get("if-none-match")
        # Who waits for a position is to be told when it has come, which this does not look at.
        if had is None or "neraca-position" in headers:
            return None
        try:
            actor = await self._parts.actor(headers, scope)
            tag = await self._tags.tag(actor, headers, scope["query_string"])
        # Whatever it was, the framework's route comes to it too, and answers in its words.
        except Exception:
            return None
        # Their route writes down what they read, also where nothing is sent.
        if is_recorded(actor):
            return None
        return tag if tag in (one.strip() for one in had.split(",")) else None
