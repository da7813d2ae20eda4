"""Heads of requests that came before, by their bytes: whoever keeps a connection sends the same one again and again.

Of a request that came whole the parser has nothing to tell that it has not told of such a head before, and to be told
it header by header takes longer than many an answer. Bytes that are but a little different are another head, and go to
the parser.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

from neraca.domain.text_kinds import digits

_END: Final = b"\r\n\r\n"
_KEPT, _LONGEST = 512, 4_096
"""Heads, and bytes of the longest: with what is told of them some five megabytes at the most."""

_LINES = 2_048
_OTHERWISE = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"connection", b"trailer"})
"""Of a request with one of these the head is not all there is to know."""


class KnownHead(Struct, frozen=True):
    """`scope` is what an application is told of such a request, but for whose connection it came by; `length` is that
    of its body.
    """

    scope: Mapping[str, Any]
    headers: Sequence[tuple[bytes, bytes]]
    length: int


class KnownHeads:
    """Of all connections of a server."""

    def __init__(self) -> None:
        self._kept: dict[bytes, KnownHead] = {}

    def find(self, data: bytes) -> tuple[KnownHead, bytes] | None:
        """The head and the body of what is one whole request."""
        end = data.find(_END) + len(_END)
        found = self._kept.get(data[:end])
        return None if found is None or len(data) - end != found.length else (found, data[end:])

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, data: bytes, scope: Mapping[str, Any]) -> None:
        """Of one whole request, of which the parser has told this scope."""
        end = data.find(_END) + len(_END)
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        lengths = [value for name, value in headers if name == b"content-length"]
        length = len(data) - end
        usual = len(lengths) <= 1 and all(map(_is_usual, headers)) and scope["http_version"] == "1.1"
        if not usual or end > _LONGEST or length != (digits(lengths[0].decode("latin-1")) if lengths else 0):
            return
        if len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[data[:end]] = KnownHead({**scope}, tuple(headers), length)


def _is_usual(header: tuple[bytes, bytes]) -> bool:
    name, value = header
    return name not in _OTHERWISE or (name == b"connection" and value.lower() == b"keep-alive")


class Cycle(RequestResponseCycle):
    """Of a request that came whole. The lines of its answer's head are looked at once, and not for each answer."""

    async def send(self, message: Any) -> None:
        if message["type"] != "http.response.start" or not self._is_plain(message):
            await super().send(message)
            return
        self.response_started = True
        lines = [STATUS_LINE[message["status"]]]
        for name, value in (*self.default_headers, *message["headers"]):
            lines.append(_line(name, value))
            if name == b"content-length":
                self.expected_content_length, self.chunked_encoding = int(value), False
        self.transport.write(b"".join((*lines, b"\r\n")))

    def _is_plain(self, message: Any) -> bool:
        """Whether nothing but its own headers is to be said, and how long it is."""
        if self.response_started or self.disconnected or self.flow.write_paused or not self.keep_alive:
            return False
        names = {name for name, _ in message["headers"]}
        said = b"content-length" in names or message["status"] == HTTPStatus.NOT_MODIFIED
        return said and names.isdisjoint(_OTHERWISE) and not self.access_log


@lru_cache(_LINES)
def _line(name: bytes, value: bytes) -> bytes:
    """Raises RuntimeError for what would be more than a line."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("no header")
    return b"%b: %b\r\n" % (name.lower(), value)
