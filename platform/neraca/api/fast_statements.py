"""A statement asked over a connection that is lent, past psycopg's cursors: they look at each parameter and result, and
for a short answer that takes longer than to ask. All goes and comes as text; what type a parameter has, the statement
says.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID
from weakref import WeakKeyDictionary

from msgspec import Struct
from psycopg import AsyncConnection, DataError, errors
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

Answer: TypeAlias = dict[str, bytes | None]

_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_TO_QUOTE = re.compile(r'(["\\])')
_TEXTS = 1_000
_LOOK = 0.05
"""Seconds."""

_MOST = 100
"""Statements that a connection keeps prepared."""


class Text(Struct, frozen=True):
    """With its parameters by number, and their names in order."""

    sql: bytes
    names: tuple[str, ...]


class _Line:
    """Of a connection: what it has prepared, by its text, and who waits for what comes by it.

    The event loop looks at its socket from one answer to the next: to tell the loop so for each takes longer than to
    read one. Whoever closes the connection is to `release` it before, or the loop would wait for the number of its
    socket, which another has by then.
    """

    def __init__(self) -> None:
        self.names: dict[bytes, bytes] = {}
        self.made = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._socket = -1
        self._waiting: asyncio.Future[None] | None = None

    async def came(self, socket: int) -> None:
        """Waits until there is something to read."""
        loop = asyncio.get_running_loop()
        self._waiting = waiting = loop.create_future()
        if self._loop is not loop:
            loop.add_reader(socket, self._come)
            self._loop, self._socket = loop, socket
        try:
            await waiting
        finally:
            self._waiting = None

    def release(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._loop = None

    def _come(self) -> None:
        if self._waiting is None:
            self.release()  # nobody asked: the server says good-bye, and would say it again and again
        elif not self._waiting.done():
            self._waiting.set_result(None)


_OF: WeakKeyDictionary[AsyncConnection[Any], _Line] = WeakKeyDictionary()


def release(connection: AsyncConnection[Any]) -> None:
    """To be called before the connection is closed, or given to who may close it."""
    if (line := _OF.get(connection)) is not None:
        line.release()


async def answer(connection: AsyncConnection[Any], *asked: tuple[str, Mapping[str, Any]]) -> Answer:
    """The one row of the last of them, by column: they are sent in one go, and are one transaction.

    Raises what psycopg raises. What goes wrong on the way leaves the connection closed: nobody knows what is under way
    there.
    """
    sent = [(text := numbered(one), [written(params[name]) for name in text.names]) for one, params in asked]
    server, known = connection.pgconn, _line(connection)
    try:
        server.enter_pipeline_mode()
        for text, values in sent:
            _send(server, known, text, values)
        server.pipeline_sync()
        try:
            results = await _results(server, known)
        except asyncio.CancelledError:
            # Nobody waits for it any more, but whoever has the connection next is to find it idle.
            await _results(server, known)
            server.exit_pipeline_mode()
            raise
        server.exit_pipeline_mode()
    except BaseException:
        if server.pipeline_status:
            known.release()
            server.finish()
        raise
    for result in results:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            for text, _ in sent:
                known.names.pop(text.sql, None)  # it may not be there
            raise errors.error_from_result(result)
    last = results[-1]
    return {(last.fname(n) or b"").decode(): last.get_value(0, n) for n in range(last.nfields)}


@lru_cache(_TEXTS)
def numbered(text: str) -> Text:
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${names.setdefault(found[1], len(names) + 1)}"

    return Text(_PARAMETER.sub(number, text).encode(), tuple(names))


def _send(server: PGconn, known: _Line, text: Text, values: list[bytes | None]) -> None:
    name = known.names.get(text.sql)
    if name is None:
        if len(known.names) >= _MOST:
            server.send_close_prepared(known.names.pop(next(iter(known.names))))
        known.made += 1
        name = known.names[text.sql] = f"neraca_{known.made}".encode()
        server.send_prepare(name, text.sql)
    server.send_query_prepared(name, values)


def written(value: Any) -> bytes | None:
    """As PostgreSQL reads it, of whatever type the statement takes it for. Raises DataError."""
    match value:
        case None:
            return None
        case bool():
            return b"t" if value else b"f"
        case str():
            if "\0" in value:
                raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
            return value.encode()
        case int() | UUID():
            return str(int(value) if isinstance(value, int) else value).encode()
        case date():
            return value.isoformat().encode()
        case list() | tuple():
            return b"{" + b",".join(map(_element, value)) + b"}"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case _:
            raise TypeError(f"no statement takes {type(value).__name__}")


def _element(value: Any) -> bytes:
    if value is None:
        return b"NULL"
    return b'"' + _TO_QUOTE.sub(r"\\\1", (written(value) or b"").decode()).encode() + b'"'


async def _results(server: PGconn, line: _Line) -> list[PGresult]:
    found: list[PGresult] = []
    while server.flush():
        await _room(server.socket)
        server.consume_input()
    while True:
        while server.is_busy():
            await line.came(server.socket)
            server.consume_input()
        result = server.get_result()
        if result is None:
            continue  # where one of them ends
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


async def _room(socket: int) -> None:
    """Waits until more can be sent. A server that waits until it is read from must be looked at now and then."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(socket, _tell, ready)
    late = loop.call_later(_LOOK, _tell, ready)
    try:
        await ready
    finally:
        late.cancel()
        loop.remove_writer(socket)


def _tell(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)


def _line(connection: AsyncConnection[Any]) -> _Line:
    found = _OF.get(connection)
    if found is None:
        found = _OF[connection] = _Line()
    return found
