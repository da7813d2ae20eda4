"""How a field of a row becomes a column and back: PostgreSQL's binary format out, psycopg in, msgspec for JSON."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from struct import Struct as Layout
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec
from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from neraca.projecting.errors import WrongTable

Values: TypeAlias = Iterable[Any]
Encode: TypeAlias = Callable[[Values], Iterable[bytes]]
"""The values of a column, in order, to its cells: each with its length before it, as both arrays and COPY want it."""
Decode: TypeAlias = Callable[[Any], Any]

LENGTH = Layout(">i").pack
NULL = LENGTH(-1)

_INT = {"int2": Layout(">ih"), "int4": Layout(">ii"), "int8": Layout(">iq")}
"""Of a whole cell."""
_DAY = Layout(">i").pack
_SIXTEEN = LENGTH(16)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_JSON = msgspec.json.Encoder()
# In a set texts lie otherwise in each process, and rows made again in another one would differ from the live ones. Keys
# PostgreSQL brings into an order of its own anyway.
_JSONB = msgspec.json.Encoder(order="deterministic")
_NUMERIC = adapters.types["numeric"].oid


class RawLoader(Loader):
    """Leaves JSON as the bytes it came in, for a typed decoder."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


class RawJsonbLoader(Loader):
    """The same for jsonb, whose binary format has a version byte in front."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        # Not psycopg's loader: it would make dicts of it, of which msgspec would have to make rows again.
        return bytes(data)[1:]


def encoder(field: Any, column: str) -> Encode:
    """For values of type `field` in a column of PostgreSQL type `column`: a whole column at once."""
    kind = _plain(field)
    match column:
        case "text" | "varchar" if issubclass(kind, str):
            return _texts
        case "int2" | "int4" | "int8" if issubclass(kind, int) and kind is not bool:
            return _integers(_INT[column])
        case "bool" if kind is bool:
            return _repeated(_bool)
        case "numeric" if issubclass(kind, Decimal | int) and kind is not bool:
            # psycopg's own: a numeric is packed in digits of 10,000, and there is nothing to gain by doing it here.
            dump = adapters.get_dumper_by_oid(_NUMERIC, Format.BINARY)(Decimal).dump
            return _each(cast(Callable[[Any], bytes], dump))
        case "date" if kind is date:
            return _repeated(_date)
        case "timestamptz" if kind is datetime:
            return _instants
        case "uuid" if kind is UUID:
            return _uuids
        case "bytea" if kind is bytes:
            return _each(bytes)
        case "bytea" | "json":
            return _each(_JSON.encode)
        case "jsonb":
            return _jsonb
        case _:
            raise WrongTable(f"{field} cannot be kept in a column of type {column}")


def decoder(field: Any, column: str) -> Decode | None:
    """What is left to do with the value psycopg loads; None if nothing is."""
    kind = _plain(field)
    if column in ("json", "jsonb") or (column == "bytea" and kind is not bytes):
        return msgspec.json.Decoder(field).decode
    if issubclass(kind, Enum):
        return kind
    return None


def _plain(field: Any) -> type:
    """The class of a value that is not None; `object` where there is no single one."""
    if get_origin(field) in (Union, UnionType):
        kinds = {_plain(part) for part in get_args(field) if part is not NoneType}
        return kinds.pop() if len(kinds) == 1 else object
    if get_origin(field) is None:
        return field if isinstance(field, type) else object
    arguments = get_args(field)
    # A Literal of words is kept as text.
    if arguments and all(isinstance(argument, str) for argument in arguments):
        return str
    if hasattr(field, "__metadata__"):
        return _plain(arguments[0])
    return cast(type, get_origin(field))


# Of a subclass of dict only a missing key calls into Python; one that is there is found at C's speed.
class _Memo(dict[Any, bytes]):
    """Cells by their values, each made once: of most columns many rows say the same."""

    def __init__(self, encode: Callable[[Any], bytes]) -> None:
        super().__init__({None: NULL})
        self._encode = encode

    def __missing__(self, value: Any) -> bytes:
        data = self._encode(value)
        cell = self[value] = LENGTH(len(data)) + data
        return cell


def _texts(values: Values) -> Iterable[bytes]:
    return map(_Memo(str.encode).__getitem__, values)


def _repeated(encode: Callable[[Any], bytes]) -> Encode:
    return lambda values: map(_Memo(encode).__getitem__, values)


def _each(encode: Callable[[Any], bytes]) -> Encode:
    def cells(values: Values) -> Iterable[bytes]:
        for value in values:
            if value is None:
                yield NULL
            else:
                data = encode(value)
                yield LENGTH(len(data)) + data

    return cells


def _integers(layout: Layout) -> Encode:
    size, pack = layout.size - 4, layout.pack
    return lambda values: [NULL if value is None else pack(size, value) for value in values]


def _instants(values: Values) -> Iterable[bytes]:
    pack = _INT["int8"].pack
    return [NULL if value is None else pack(8, (value - _EPOCH) // _MICROSECOND) for value in values]


def _uuids(values: Values) -> Iterable[bytes]:
    return [NULL if value is None else _SIXTEEN + value.int.to_bytes(16, "big") for value in values]


def _jsonb(values: Values) -> Iterable[bytes]:
    for value in values:
        if value is None:
            yield NULL
        else:
            data = _JSONB.encode(value)
            yield b"".join((LENGTH(len(data) + 1), b"\1", data))


def _bool(value: bool) -> bytes:
    return b"\1" if value else b"\0"


def _date(value: date) -> bytes:
    return _DAY(value.toordinal() - _EPOCH_DAY)
