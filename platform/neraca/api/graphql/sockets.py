"""GraphQL over WebSocket, by the protocol graphql-transport-ws: several questions at once on one connection.

Whoever connects says who they are in the headers or, as browsers cannot, as `Authorization` in the payload of
`connection_init`. Slow readers are dropped by the protocol beneath (`connection_limits`): here each message waits until
the one before has left.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Any, TypeAlias, assert_never
from uuid import uuid4

import msgspec
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler
from msgspec import Struct

from neraca.api import json_input
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.handler import Queries, RequestBody
from neraca.api.graphql.streams import PATH, name_of
from neraca.api.problems import Problem
from neraca.api.stream_limits import StreamLimits
from neraca.api.telemetry import REQUEST_ID, Telemetry
from neraca.domain.contexts import Actor

PROTOCOL = "graphql-transport-ws"
PATIENCE = timedelta(seconds=10)
"""How long it is waited for `connection_init`."""

AT_ONCE = 8
"""Questions that a connection may have open; and connections that a token may."""

_SAID = frozenset({"authorization", "accept-language"})
"""What a payload may say in the place of headers."""


class Init(Struct, frozen=True, tag="connection_init"):
    payload: dict[str, Any] | None = None


class Ping(Struct, frozen=True, tag="ping"):
    payload: dict[str, Any] | None = None


class Pong(Struct, frozen=True, tag="pong"):
    payload: dict[str, Any] | None = None


class Subscribe(Struct, frozen=True, tag="subscribe"):
    id: str
    payload: RequestBody


class Complete(Struct, frozen=True, tag="complete"):
    id: str


class Ack(Struct, frozen=True, tag="connection_ack"):
    pass


class Next(Struct, frozen=True, tag="next"):
    id: str
    payload: msgspec.Raw


class Failed(Struct, frozen=True, tag="error"):
    id: str
    payload: msgspec.Raw


Received: TypeAlias = Init | Ping | Pong | Subscribe | Complete
Sent: TypeAlias = Ack | Pong | Next | Failed | Complete

_RECEIVED = msgspec.json.Decoder(Received)
_ENCODE = msgspec.json.Encoder().encode


class _Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def routes(parts: Dependencies, queries: Queries, telemetry: Telemetry) -> list[WebsocketRouteHandler]:
    open_ = StreamLimits(AT_ONCE)

    @websocket(PATH)
    async def converse(socket: WebSocket[Any, Any, Any]) -> None:
        loop, request = asyncio.get_running_loop(), uuid4().hex
        socket.scope["state"][REQUEST_ID] = request
        began, code = loop.time(), 1000
        try:
            if PROTOCOL not in socket.scope["subprotocols"]:
                raise _Closed(4406, f"speak {PROTOCOL}")
            await socket.accept(subprotocols=PROTOCOL)
            await _Conversation(socket, parts, queries, open_).held()
        except* _Closed as closed:
            why = _first(closed)
            code = why.code
            await _shut(socket, why)
        except* (WebSocketDisconnect, OSError):
            pass  # they are gone, which is how most conversations end
        finally:
            telemetry.ended(request, "WEBSOCKET", PATH, code, loop.time() - began)

    return [converse]


class _Conversation:
    def __init__(
        self, socket: WebSocket[Any, Any, Any], parts: Dependencies, queries: Queries, connections: StreamLimits
    ) -> None:
        self._socket = socket
        self._parts = parts
        self._queries = queries
        self._connections = connections
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._said: Mapping[str, str] = {}

    async def held(self) -> None:
        """Until one of both ends it. Raises _Closed, or WebSocketDisconnect, in a group."""
        actor = await self._introduced()
        try:
            seat = self._connections.take(name_of(actor))
        except Problem as problem:
            raise _Closed(4429, problem.detail[:120]) from None
        seat.claim()
        try:
            async with asyncio.TaskGroup() as questions:
                try:
                    await self._send(Ack())
                    while True:
                        await self._heard(actor, await self._received(), questions)
                finally:
                    for one in self._running.values():
                        one.cancel()
        finally:
            seat.leave()

    async def _introduced(self) -> Actor:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                first = await self._received()
        except TimeoutError:
            raise _Closed(4408, "Connection initialisation timeout") from None
        if not isinstance(first, Init):
            raise _Closed(4401, "Unauthorized")
        said = {name.lower(): text for name, text in (first.payload or {}).items() if isinstance(text, str)}
        sent = {name.lower(): value for name, value in reversed([*self._socket.headers.multi_items()])}
        self._said = {**sent, **{name: text for name, text in said.items() if name in _SAID}}
        try:
            return await self._parts.actor(self._said, self._socket.scope)
        except Problem as problem:
            raise _Closed(4401 if problem.status == 401 else 4503, problem.detail[:120]) from None

    async def _heard(self, actor: Actor, message: Received, questions: asyncio.TaskGroup) -> None:
        match message:
            case Init():
                raise _Closed(4429, "Too many initialisation requests")
            case Ping():
                await self._send(Pong(message.payload))
            case Pong():
                pass
            case Complete():
                if (running := self._running.pop(message.id, None)) is not None:
                    running.cancel()
            case Subscribe():
                if message.id in self._running:
                    raise _Closed(4409, f"Subscriber for {message.id[:60]} already exists")
                if len(self._running) >= AT_ONCE:
                    raise _Closed(4429, f"at most {AT_ONCE} questions are answered at once on a connection")
                task = questions.create_task(self._answered(actor, message))
                self._running[message.id] = task
            case _:
                assert_never(message)

    async def _answered(self, actor: Actor, asked: Subscribe) -> None:
        """All that is told of one question."""
        task = asyncio.current_task()
        try:
            seat = self._parts.streams.take(name_of(actor))
        except Problem as problem:
            told = [{"message": problem.detail, "extensions": {"code": "TOO_MANY_STREAMS"}}]
            self._running.pop(asked.id, None)
            await self._send(Failed(asked.id, msgspec.Raw(_ENCODE(told))))
            return
        seat.claim()
        answers = self._queries.answers(actor, asked.payload, self._said, self._socket.scope, self._still(actor))
        try:
            async with aclosing(answers):
                async for answer in answers:
                    if answer.refused:
                        errors = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])["errors"]
                        await self._send(Failed(asked.id, errors))
                        return
                    await self._send(Next(asked.id, msgspec.Raw(answer.body)))
            await self._send(Complete(asked.id))
        finally:
            seat.leave()
            if self._running.get(asked.id) is task:
                del self._running[asked.id]

    def _still(self, actor: Actor) -> Any:
        async def still() -> bool:
            """The token may be taken away, or stand for less than it did."""
            try:
                return await self._parts.actor(self._said, self._socket.scope, anew=True) == actor
            except Problem:
                return False

        return still

    async def _received(self) -> Received:
        text = await self._socket.receive_data("text")
        try:
            return json_input.decoded(_RECEIVED, text)
        except (json_input.Malformed, json_input.Misshapen) as wrong:
            raise _Closed(4400, str(wrong)[:120]) from None

    async def _send(self, message: Sent) -> None:
        async with self._turn:
            await self._socket.send_data(_ENCODE(message).decode(), "text")


async def _shut(socket: WebSocket[Any, Any, Any], why: _Closed) -> None:
    try:
        await socket.close(why.code, why.reason)
    except (WebSocketDisconnect, RuntimeError):
        return


def _first(group: BaseExceptionGroup[_Closed]) -> _Closed:
    one = group.exceptions[0]
    return _first(one) if isinstance(one, BaseExceptionGroup) else one
