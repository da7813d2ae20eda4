"""Takes what is usually posted past the framework, whose routing costs more than most answers do.

Whatever is not quite usual is left to the framework's route, which does the same with the same parts: a body that has
not all come, parameters in the URL, a sender who is refused. Both answer alike, to the byte.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from litestar.config.compression import CompressionConfig
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from neraca.api import problems
from neraca.api.problems import Problem
from neraca.api.telemetry import HARMLESS, REQUEST_ID, Telemetry, request_id
from neraca.domain.contexts import Actor
from neraca.domain.text_kinds import digits
from neraca.wording.language import accepted

_KEPT = 512

Sent: TypeAlias = Mapping[str, str]
"""Headers, by their names in lower case."""

Unforeseen: TypeAlias = Callable[[str | None, Exception], Problem]
"""What is answered to the request of an id after an error that nobody foresaw; the log has the rest."""


class PostedAnswer(Struct, frozen=True):
    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes


class PostedRequest(Struct, frozen=True):
    sender: Actor
    headers: Sent
    body: bytes
    id: str


class PostedRequests:
    """What the ways past the framework have in common."""

    def __init__(
        self,
        otherwise: ASGIApp,
        telemetry: Telemetry,
        compression: CompressionConfig,
        unforeseen: Unforeseen,
        *,
        largest_body: int,
    ) -> None:
        self._otherwise = otherwise
        self._telemetry = telemetry
        self._compression = compression
        self._unforeseen = unforeseen
        self._largest_body = largest_body

    async def take(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        route: str,
        sender: Callable[[Sent], Awaitable[Actor]],
        answer: Callable[[PostedRequest], Awaitable[PostedAnswer]],
    ) -> None:
        """`route` is the name under which requests are counted; both calls may raise Problem."""
        headers = sent(scope)
        actor = None if scope["query_string"] else await self._admitted(sender, headers)
        if actor is None:
            await self._otherwise(scope, receive, send)
            return
        message = await receive()
        if message["type"] != "http.request" or message.get("more_body", False):
            await self._otherwise(scope, _first(message, receive), send)
            return
        started, status = time.perf_counter(), 500
        scope["state"][REQUEST_ID] = request = request_id()
        try:
            done = await self._answered(PostedRequest(actor, headers, message.get("body", b""), request), answer)
            status = done.status
            # Most answers are short, and the framework's compression takes longer than it would save.
            if len(done.body) < self._compression.minimum_size or "accept-encoding" not in headers:
                await _send(done, request, send)
            else:
                await self._compressed(done, request)(scope, receive, send)
        finally:
            self._telemetry.ended(request, "POST", route, status, time.perf_counter() - started)

    async def _admitted(self, sender: Callable[[Sent], Awaitable[Actor]], headers: Sent) -> Actor | None:
        """None of a request that is not to be read: the framework's route refuses it, and says why."""
        # Without a length or with Expect the body comes in ways that are the framework's to handle.
        length = digits(headers.get("content-length", ""))
        if "expect" in headers or length is None or length > self._largest_body:
            return None
        try:
            return await sender(headers)
        # Whatever it was, the framework's route comes to it too, and answers in its words.
        except Exception:
            return None

    async def _answered(
        self, request: PostedRequest, answer: Callable[[PostedRequest], Awaitable[PostedAnswer]]
    ) -> PostedAnswer:
        try:
            return await answer(request)
        except Problem as foreseen:
            problem = foreseen
        except Exception as error:
            problem = self._unforeseen(request.id, error)
        told = problems.told(problem, request.id, accepted(request.headers.get("accept-language")))
        return PostedAnswer(problem.status, problems.MEDIA_TYPE, told.headers, told.body)

    def _compressed(self, done: PostedAnswer, request: str) -> ASGIApp:
        async def answering(scope: Scope, receive: Receive, send: Send) -> None:
            await _send(done, request, send)

        return CompressionMiddleware(answering, self._compression)


def sent(scope: Scope) -> Sent:
    """Of a header that comes twice the first counts, as it does for the framework."""
    return _sent(tuple(scope["headers"]))


@lru_cache(_KEPT)
def _sent(headers: tuple[tuple[bytes, bytes], ...]) -> Sent:
    return MappingProxyType({name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(headers)})


async def _send(done: PostedAnswer, request: str, send: Send) -> None:
    headers = [
        *_told(frozenset(done.headers.items())),
        (b"content-type", done.media_type.encode()),
        (b"content-length", str(len(done.body)).encode()),
        (b"x-request-id", request.encode()),
    ]
    await send({"type": "http.response.start", "status": done.status, "headers": headers})
    await send({"type": "http.response.body", "body": done.body, "more_body": False})


@lru_cache(_KEPT)
def _told(headers: frozenset[tuple[str, str]]) -> Sequence[tuple[bytes, bytes]]:
    said = {**HARMLESS, **dict(sorted(headers))}
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.items())


def _first(message: Message | Any, receive: Receive) -> Receive:
    """Receives the message again, and then what comes after it."""
    waiting = [message]

    async def receiving() -> Any:
        return waiting.pop() if waiting else await receive()

    return receiving
