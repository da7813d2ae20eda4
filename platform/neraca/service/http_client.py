"""Asks another server over HTTP: at an address that was looked at, within a bounded time, reading a bounded answer.

No redirect is followed: it could lead to where nobody looked.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

import httptools
from msgspec import Struct

from neraca.service.webhooks.messages import Unreached, address
from neraca.service.webhooks.targets import Target

LONGEST = timedelta(seconds=10)
"""For all of it, the name's resolution included."""

LARGEST = 200_000
"""Bytes of an answer, its head included."""

_PIECE = 16_384


class Received(Struct, frozen=True):
    status: int
    body: bytes


class Door(Struct, frozen=True):
    """How other servers are reached; `anywhere` allows addresses of this machine and network, and plain HTTP."""

    trust: ssl.SSLContext
    anywhere: bool = False
    longest: timedelta = LONGEST
    largest: int = LARGEST


async def get(target: Target, door: Door) -> Received:
    """Raises Unreached."""
    return await _exchange(target, _head("GET", target, {"Accept": "application/json"}), door)


async def post_form(
    target: Target, fields: Mapping[str, str], door: Door, more: Mapping[str, str] | None = None
) -> Received:
    """With further headers, if any. Raises Unreached."""
    body = urlencode(fields).encode("ascii")
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **(more or {}),
    }
    return await _exchange(target, _head("POST", target, headers) + body, door)


async def _exchange(target: Target, request: bytes, door: Door) -> Received:
    if not target.tls and not door.anywhere:
        raise Unreached("it is plain HTTP, which nobody vouches for")
    try:
        async with asyncio.timeout(door.longest.total_seconds()):
            return await _received(target, request, door)
    except TimeoutError:
        raise Unreached(f"no answer within {door.longest.total_seconds():.0f} s") from None
    except httptools.HttpParserError:
        raise Unreached("what it answered is no HTTP") from None
    except ssl.SSLCertVerificationError as wrong:
        raise Unreached(f"its certificate is not trusted: {wrong.verify_message}") from None
    except socket.gaierror:
        raise Unreached("its name has no address") from None
    except OSError as wrong:
        raise Unreached(f"not connected: {wrong.strerror or type(wrong).__name__}") from None


async def _received(target: Target, request: bytes, door: Door) -> Received:
    reader, writer = await asyncio.open_connection(
        await address(target, door.anywhere),
        target.port,
        ssl=door.trust if target.tls else None,
        server_hostname=target.host if target.tls else None,
    )
    try:
        writer.write(request)
        await writer.drain()
        answer, read = _Answer(), 0
        parser = httptools.HttpResponseParser(answer)
        while not answer.complete and (piece := await reader.read(_PIECE)):
            if (read := read + len(piece)) > door.largest:
                raise Unreached(f"it answers more than {door.largest:,} bytes")
            parser.feed_data(piece)
        if not answer.whole:
            raise Unreached("its answer broke off")
        return Received(parser.get_status_code(), bytes(answer.body))
    finally:
        writer.transport.abort()


class _Answer:
    """What the parser calls."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.complete = False
        self._begun = self._measured = False

    @property
    def whole(self) -> bool:
        """One that says nothing of its length is whole when the connection ends."""
        return self.complete or (self._begun and not self._measured)

    def on_header(self, name: bytes, _: bytes) -> None:
        self._measured |= name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        self._begun = True

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.complete = True


def _head(method: str, target: Target, headers: Mapping[str, str]) -> bytes:
    said = {"Host": target.authority, "Connection": "close", **headers}
    lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii")
