"""Sends one message over HTTP: to an address that was looked at, within a bounded time, reading no more than a head.

No redirect is followed, and what the receiver says beside its status is not read.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from neraca.domain.text_kinds import digits
from neraca.service.webhooks.targets import Target, is_public

LONGEST = timedelta(seconds=10)
"""For all of it, the name's resolution included."""

_LARGEST_HEAD = 16_384


class Unreached(Exception):
    """No answer came, or none that could be read. The message says why, without what the receiver sent."""


class Answer(Struct, frozen=True):
    """`retry_after` are the seconds that the receiver asks for."""

    status: int
    retry_after: int | None = None


def post(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    *,
    anywhere: bool,
    trust: ssl.SSLContext,
    longest: timedelta = LONGEST,
) -> Answer:
    """`anywhere` allows addresses of this machine and network, and plain HTTP. Raises Unreached."""
    if not target.tls and not anywhere:
        raise Unreached("it is plain HTTP, which this server does not send events over")
    try:
        return asyncio.run(_posted(target, headers, body, anywhere, trust, longest))
    except TimeoutError:
        raise Unreached(f"no answer within {longest.total_seconds():.0f} s") from None
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Unreached("what it answered is no HTTP") from None
    except ssl.SSLCertVerificationError as wrong:
        raise Unreached(f"its certificate is not trusted: {wrong.verify_message}") from None
    except socket.gaierror:
        raise Unreached("its name has no address") from None
    except OSError as wrong:
        raise Unreached(f"not connected: {wrong.strerror or type(wrong).__name__}") from None


async def _posted(
    target: Target, headers: Mapping[str, str], body: bytes, anywhere: bool, trust: ssl.SSLContext, longest: timedelta
) -> Answer:
    async with asyncio.timeout(longest.total_seconds()):
        to = await address(target, anywhere)
        reader, writer = await asyncio.open_connection(
            to,
            target.port,
            limit=_LARGEST_HEAD,
            ssl=trust if target.tls else None,
            server_hostname=target.host if target.tls else None,
        )
        try:
            writer.write(_request(target, headers, body))
            await writer.drain()
            while (answer := _answer(await reader.readuntil(b"\r\n\r\n"))).status < 200:
                pass
            return answer
        finally:
            writer.transport.abort()


async def address(target: Target, anywhere: bool) -> str:
    """The first that may be connected to. Raises Unreached, and socket.gaierror."""
    loop = asyncio.get_running_loop()
    found = [str(one[4][0]) for one in await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)]
    allowed = next((one for one in found if anywhere or is_public(one)), None)
    if allowed is None:
        raise Unreached("its address is one of this machine or a private network")
    return allowed


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    said = {"Host": target.authority, "Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _answer(head: bytes) -> Answer:
    """Raises Unreached."""
    status, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = status.partition(" ")
    code = digits(rest[:3])
    if not version.startswith("HTTP/1.") or code is None or not 100 <= code <= 599:
        raise Unreached("what it answered is no HTTP")
    said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(code, digits(said.get("retry-after", "")))
