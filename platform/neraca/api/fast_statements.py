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
_MOST = 100
"""Statements that a connection keeps prepared."""


class Text(Struct, frozen=True):
    """With its parameters by number, and their names in order."""

    sql: bytes
    names: tuple[str, ...]


class _Prepared:
    """What a connection has prepared, by its text."""

    def __init__(self) -> None:
        self.names: dict[bytes, bytes] = {}
        self.made = 0


_OF: WeakKeyDictionary[AsyncConnection[Any], _Prepared] = WeakKeyDictionary()


async def answer(connection: AsyncConnection[Any], *asked: tuple[str, Mapping[str, Any]]) -> Answer:
    """The one row of the last of them, by column: they are sent in one go, and are one transaction.

    Raises what psycopg raises. What goes wrong on the way leaves the connection closed: nobody knows what is under way
    there.
    """
    sent = [(text := numbered(one), [written(params[name]) for name in text.names]) for one, params in asked]
    server, known = connection.pgconn, _OF.setdefault(connection, _Prepared())
    try:
        server.enter_pipeline_mode()
        for text, values in sent:
            _send(server, known, text, values)
        server.pipeline_sync()
        try:
            results = await _results(server)
        except asyncio.CancelledError:
            # Nobody waits for it any more, but whoever has the connection next is to find it idle.
            await _results(server)
            server.exit_pipeline_mode()
            raise
        server.exit_pipeline_mode()
    except BaseException:
        if server.pipeline_status:
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


def _send(server: PGconn, known: _Prepared, text: Text, values: list[bytes | None]) -> None:
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


async def _results(server: PGconn) -> list[PGresult]:
    found: list[PGresult] = []
    while server.flush():
        await _ready(server.socket, to_write=True)
        server.consume_input()
    while True:
        while server.is_busy():
            await _ready(server.socket)
            server.consume_input()
        result = server.get_result()
        if result is None:
            continue  # where one of them ends
        if result.status == ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


async def _ready(socket: int, *, to_write: bool = False) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(socket, _come, ready)
    if to_write:
        loop.add_writer(socket, _come, ready)
    try:
        await ready
    finally:
        loop.remove_reader(socket)
        if to_write:
            loop.remove_writer(socket)


def _come(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
