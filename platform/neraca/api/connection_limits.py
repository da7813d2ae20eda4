"""What a connection may take: time to say what it wants, time to send it, time to read the answer, and a place.

Whoever opens a connection and says nothing, sends byte by byte, or asks for much and never reads would otherwise hold
it for ever, and with a few hundred of those nobody else gets in. A proxy in front does this by address too
(deploy/README.md); this is for where there is none, and for what the proxy lets through.
"""

import asyncio
import logging
from datetime import timedelta
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, cast

import httptools
from msgspec import Struct
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from neraca.api import problems
from neraca.api.known_heads import Cycle, KnownHead, KnownHeads
from neraca.api.problems import Problem
from neraca.wording.language import DEFAULT


class Limits(Struct, frozen=True):
    """`headers`: from the first moment, or the first byte of a later request, to the end of its headers. `body`: to the
    end of the body, and a second more for each `pace` bytes that came. `reading`: how long a full buffer may stand.
    """

    connections: int = 1_000
    headers: timedelta = timedelta(seconds=10)
    body: timedelta = timedelta(seconds=20)
    pace: int = 16_000
    reading: timedelta = timedelta(seconds=30)


def _last_word(problem: Problem) -> bytes:
    """A whole answer, after which the connection is closed. Nothing was read by then that would ask for a language."""
    told = problems.told(problem, None, DEFAULT)
    headers = {
        **told.headers,
        "Content-Type": problems.MEDIA_TYPE,
        "Content-Length": len(told.body),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + told.body


_LATE = _last_word(Problem("too-slow", "it took too long to come; send it in one go"))
_FULL = _last_word(Problem("unavailable", "too many are connected; come again soon", headers={"Retry-After": "2"}))
_FAREWELL = 5.0
"""Seconds in which a last word may be read."""

_log = logging.getLogger("uvicorn.error")


LARGEST_MESSAGE = 262_144
"""Bytes of a message that comes by WebSocket: a query, and what its letters may take."""

LARGEST_HEAD = 65_536
"""Bytes of a request line with its headers; so many may also surround the parts of a body."""

_PIECE = 16_384
"""Bytes that are parsed in one go: by so much may a head be longer before it is noticed."""


class _Reading(Enum):
    """What the parser is in the midst of."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


def guarded(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol for uvicorn's `http`."""
    return type("GuardedProtocol", (_Guarded,), {"limits": limits, "heads": KnownHeads()})


def guarded_sockets(limits: Limits) -> type[WebSocketsSansIOProtocol]:
    """The protocol for uvicorn's `ws`: a reader who is slow is dropped here too, and nothing is kept for them."""
    return type("GuardedSocketProtocol", (_GuardedSocket,), {"limits": limits})


class _GuardedSocket(WebSocketsSansIOProtocol):
    limits: Limits
    unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.unread is None:
            self.unread = self.loop.call_later(self.limits.reading.total_seconds(), self._abandon)

    def resume_writing(self) -> None:
        self._stop_reading_timer()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_reading_timer()
        super().connection_lost(exc)

    def _abandon(self) -> None:
        self.unread = None
        _log.info("closed a connection that did not read")
        self.transport.abort()

    def _stop_reading_timer(self) -> None:
        if self.unread is not None:
            self.unread.cancel()
            self.unread = None


class _Guarded(HttpToolsProtocol):
    """The parser itself bounds no head, takes requests without a host, and reads on while an answer is written."""

    limits: Limits
    heads: KnownHeads
    head_again = False
    """Whether a head is parsed that has been before: nothing of it counts."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser = _RequestParser(self)  # pyright: ignore[reportAttributeAccessIssue] -- as much of it as is used
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._reading = _Reading.NOTHING
        self._in_body = False
        self._came = 0
        self._unused = 0
        self._begun = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        # First: it counts the connection, and one that is turned away is among them until it has gone.
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._close(_FULL)
        else:
            self._await(self.limits.headers)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        self._stop_reading_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        waits = self._reading is _Reading.NOTHING and not self._answering() and not self.transport.is_closing()
        if waits and (known := self.heads.find(data)) is not None:
            self._begin(*known)
            return
        begun = self._begun
        self._parse(data)
        if waits and self._reading is _Reading.NOTHING and self._begun == begun + 1 and self._stays():
            self.heads.keep(data, self.scope)

    def _stays(self) -> bool:
        """Whether what was asked last is answered here and more may come: a WebSocket goes to another protocol."""
        cycle: Any = self.cycle  # None until the first request, whatever its type says
        return cycle is not None and cycle.scope is self.scope and cycle.keep_alive

    def _begin(self, head: KnownHead, body: bytes) -> None:
        """What the parser's calls amount to, for a request that came whole."""
        self._unset_keepalive_if_required()
        self._await(None)
        scope: Any = {
            **head.scope,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "headers": [*head.headers],
            "state": self.app_state.copy(),
        }
        self.cycle = Cycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        self.cycle.body += body
        self.cycle.more_body = False
        self.cycle.message_event.set()
        self._start_asgi_task(self.cycle, cast(Any, self.app))  # pyright: ignore[reportUnknownMemberType]

    def _parse(self, data: bytes) -> None:
        whole = memoryview(data)
        # In pieces, as the parser keeps no count of what it has read of a head.
        for at in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            self._unused += len(piece := whole[at : at + _PIECE])
            super().data_received(piece)  # pyright: ignore[reportArgumentType] -- the parser takes any buffer
            if self.transport.get_protocol() is not self:
                return  # it is a WebSocket now, of which nothing came before it was answered
            if self._reading is _Reading.NOTHING:
                self._unused = 0
            elif self._unused > LARGEST_HEAD:
                self.send_400_response(
                    f"the headers have more than {LARGEST_HEAD:,} bytes; send less in them, or by POST"
                )
        if self.transport.is_closing():
            return
        self._came += len(data)
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """In the midst of an answer another would be taken for a part of it, or for the answer to what came before."""
        own = self._reading is _Reading.BODY and not self.pipeline and not self.cycle.response_started
        if own or not self._answering():
            self.transport.write(_last_word(Problem("malformed", msg)))
        self.transport.close()

    def on_message_begin(self) -> None:
        if self.head_again:
            return
        super().on_message_begin()
        self._begun += 1
        self._reading, self._unused = _Reading.HEAD, 0

    def on_url(self, url: bytes) -> None:
        if not self.head_again:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._reading is _Reading.HEAD:  # what follows a body is no header of the request
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.head_again:
            return
        assert self.parser is not None  # noqa: S101 -- it is what calls this
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            raise httptools.HttpParserError(f"HTTP/{version} is not spoken here")
        hosts = sum(name == b"host" for name, _ in self.headers)
        # RFC 9112, 3.2; a proxy might route by one of two hosts and we answer for the other.
        if hosts > 1 or (version == "1.1" and not hosts):
            raise httptools.HttpParserError(f"{hosts} Host headers")
        super().on_headers_complete()
        self._reading, self._unused = _Reading.BODY, 0

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._unused = 0

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade() and self.framing():
            return  # the parser takes the body for another protocol
        super().on_message_complete()
        self._reading, self._unused = _Reading.NOTHING, 0

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.reading.total_seconds(), self._abandon)

    def resume_writing(self) -> None:
        self._stop_reading_timer()
        super().resume_writing()

    def takes_upgrade(self) -> bool:
        return self._should_upgrade()

    def _should_upgrade(self) -> bool:
        """To a WebSocket, of a request without a body to which none is answered before."""
        return super()._should_upgrade() and not self.framing() and not self._answering()

    def handle_websocket_upgrade(self) -> None:
        self._await(None)
        super().handle_websocket_upgrade()

    def framing(self) -> bytes:
        """The headers that tell how long the body is; none where there is none."""
        told = [(name, value) for name, value in self.headers if name in (b"content-length", b"transfer-encoding")]
        if all(name == b"content-length" and not value.strip(b"0 ") for name, value in told):
            return b""
        return b"".join(b"%s: %s\r\n" % header for header in told)

    def _answering(self) -> bool:
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)  # pyright: ignore[reportUnnecessaryComparison] -- None before the first

    def _watch(self) -> None:
        """What is waited for now, as far as the client has come."""
        if self._reading is _Reading.BODY:
            if not self._in_body:
                self._in_body, self._came = True, 0
                self._await(self.limits.body)
            return
        self._in_body = False
        if self._reading is _Reading.HEAD and not self._answering():
            if self._late is None:
                self._await(self.limits.headers)
        else:
            self._await(None)  # an answer is on its way, or uvicorn's own patience with idle connections runs

    def _await(self, patience: timedelta | None) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = None if patience is None else self.loop.call_later(patience.total_seconds(), self._too_late)

    def _too_late(self) -> None:
        self._late = None
        if self.transport.is_closing():
            return
        if self._in_body and (self.flow.read_paused or self._came >= self.limits.pace):
            # It has earned more time; and while we do not read, it cannot send.
            self._await(max(timedelta(seconds=self._came / self.limits.pace), timedelta(seconds=1)))
            self._came = 0
            return
        _log.info("closed a connection that sent too slowly")
        begun = self._in_body and (bool(self.pipeline) or self.cycle.response_started)
        self._close(b"" if begun else _LATE)

    def _close(self, word: bytes) -> None:
        if word:
            self.transport.write(word)
        self.transport.close()
        # close() waits until all is sent, and to one who does not read that is never.
        self.loop.call_later(_FAREWELL, self.transport.abort)

    def _abandon(self) -> None:
        self._unread = None
        _log.info("closed a connection that did not read")
        self.transport.abort()

    def _stop_reading_timer(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class _RequestParser:
    """The parser; but a request that offers another protocol than WebSocket, such as h2c, is read on in this one, with
    its body.

    The parser takes all that follows such a head for the other protocol: the body would be lost, or be taken for a
    request. Java's client makes the offer with every first request. Nobody need take it (RFC 9110, 7.8).
    """

    def __init__(self, protocol: _Guarded) -> None:
        self._protocol = protocol
        self._parser = _parser(protocol)

    def feed_data(self, data: memoryview) -> None:
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as offered:
                if self._protocol.takes_upgrade():
                    raise
                data = data[offered.args[0] :]
                if framing := self._protocol.framing():
                    self._read_on(framing)
            else:
                return

    def _read_on(self, framing: bytes) -> None:
        """With a parser that has seen of the head only how long the body is."""
        self._parser = _parser(self._protocol)
        self._protocol.head_again = True
        try:
            self._parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n")
        finally:
            self._protocol.head_again = False

    def get_http_version(self) -> str:
        return self._parser.get_http_version()

    def get_method(self) -> bytes:
        return self._parser.get_method()

    def should_keep_alive(self) -> bool:
        return self._parser.should_keep_alive()

    def should_upgrade(self) -> bool:
        return self._parser.should_upgrade()


def _parser(protocol: _Guarded) -> httptools.HttpRequestParser:
    parser = httptools.HttpRequestParser(protocol)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
    return parser
