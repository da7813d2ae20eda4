"""Takes the usual request to do a command past the framework, whose routing costs more than the command itself.

Whatever is not quite usual is left to the framework's route, which does the same with the same parts: a body that has
not all come, parameters in the URL, another method or path. Both answer alike, to the byte.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

import msgspec
from litestar.config.compression import CompressionConfig
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct

from neraca.api import problems
from neraca.api.commands import ROUTE, STATUS, Commands
from neraca.api.json_input import JSON
from neraca.api.problems import Problem
from neraca.api.telemetry import HARMLESS, REQUEST_ID, Telemetry
from neraca.domain.contexts import Actor
from neraca.wording.language import accepted

Unforeseen: TypeAlias = Callable[[str | None, Exception], Problem]
"""What is answered to the request of an id after an error that nobody foresaw; the log has the rest."""

_TEMPLATE = ROUTE.replace(":str", "")
_ENCODE = msgspec.json.Encoder().encode


class _Answer(Struct, frozen=True):
    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes


class CommandFastPath:
    """An ASGI application before another."""

    def __init__(
        self,
        otherwise: ASGIApp,
        commands: Commands,
        agencies: Collection[str],
        telemetry: Telemetry,
        compression: CompressionConfig,
        unforeseen: Unforeseen,
        *,
        largest_body: int,
    ) -> None:
        self._otherwise = otherwise
        self._commands = commands
        self._agencies = {_TEMPLATE.format(agency=agency): agency for agency in agencies}
        self._telemetry = telemetry
        self._compression = compression
        self._unforeseen = unforeseen
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        agency = self._agencies.get(scope["path"])
        if agency is None or scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
            await self._otherwise(scope, receive, send)
            return
        # Of a header that comes twice the first counts, as it does for the framework.
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        sender = await self._sender(agency, headers, scope)
        if sender is None:
            await self._otherwise(scope, receive, send)
            return
        message = await receive()
        if message["type"] != "http.request" or message.get("more_body", False):
            await self._otherwise(scope, _first(message, receive), send)
            return
        started, status = time.perf_counter(), 500
        scope["state"][REQUEST_ID] = request = uuid4().hex
        try:
            answer = await self._answer(agency, sender, headers, message.get("body", b""), request)
            status = answer.status
            # Most answers are short, and the framework's compression takes longer than it would save.
            if len(answer.body) < self._compression.minimum_size:
                await _send(answer, request, send)
            else:
                await self._compressed(answer, request)(scope, receive, send)
        finally:
            self._telemetry.ended(request, "POST", _TEMPLATE, status, time.perf_counter() - started)

    async def _sender(self, agency: str, headers: Mapping[str, str], scope: Scope) -> Actor | None:
        """None of a request that is not to be read: the framework's route refuses it, and says why."""
        # Without a length or with Expect the body comes in ways that are the framework's to handle.
        length = headers.get("content-length", "")
        if "expect" in headers or not length.isdecimal() or int(length) > self._largest_body:
            return None
        try:
            return await self._commands.sender(agency, headers, scope)
        # Whatever it was, the framework's route comes to it too, and answers in its words.
        except Exception:
            return None

    async def _answer(
        self, agency: str, sender: Actor, headers: Mapping[str, str], body: bytes, request: str
    ) -> _Answer:
        try:
            done = await self._commands.do(agency, sender, headers, body)
            return _Answer(STATUS, JSON, done.headers, _ENCODE(done.written))
        except Problem as foreseen:
            problem = foreseen
        except Exception as error:
            problem = self._unforeseen(request, error)
        told = problems.told(problem, request, accepted(headers.get("accept-language")))
        return _Answer(problem.status, problems.MEDIA_TYPE, told.headers, told.body)

    def _compressed(self, answer: _Answer, request: str) -> ASGIApp:
        async def answering(scope: Scope, receive: Receive, send: Send) -> None:
            await _send(answer, request, send)

        return CompressionMiddleware(answering, self._compression)


async def _send(answer: _Answer, request: str, send: Send) -> None:
    headers = [
        *(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in {**HARMLESS, **answer.headers}.items()
        ),
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"x-request-id", request.encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def _first(message: Message | Any, receive: Receive) -> Receive:
    """Receives the message again, and then what comes after it."""
    waiting = [message]

    async def receiving() -> Any:
        return waiting.pop() if waiting else await receive()

    return receiving
