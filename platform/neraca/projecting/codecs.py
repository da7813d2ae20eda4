"""How a field of a row becomes a column and back: PostgreSQL's binary format out, psycopg in, msgspec for JSON."""

from collections.abc import Callable
from datetime import UTC, date, datetime
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

Encode: TypeAlias = Callable[[Any], Buffer]
Decode: TypeAlias = Callable[[Any], Any]

_INT = {"int2": Layout(">h"), "int4": Layout(">i"), "int8": Layout(">q")}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(2000, 1, 1).toordinal()
_JSON = msgspec.json.Encoder()
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
        return bytes(data)[1:]


def encoder(field: Any, column: str) -> Encode:
    """For values of type `field` in a column of PostgreSQL type `column`; never called with None."""
    kind = _plain(field)
    match column:
        case "text" | "varchar" if issubclass(kind, str):
            return str.encode
        case "int2" | "int4" | "int8" if issubclass(kind, int) and kind is not bool:
            return _INT[column].pack
        case "bool" if kind is bool:
            return _bool
        case "numeric" if issubclass(kind, Decimal | int) and kind is not bool:
            return adapters.get_dumper_by_oid(_NUMERIC, Format.BINARY)(Decimal).dump  # pyright: ignore[reportReturnType] -- dumps None only for None
        case "date" if kind is date:
            return _date
        case "timestamptz" if kind is datetime:
            return _instant
        case "uuid" if kind is UUID:
            return _uuid
        case "bytea" if kind is bytes:
            return bytes
        case "bytea" | "json":
            return _JSON.encode
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
    if arguments and all(isinstance(argument, str) for argument in arguments):
        return str
    if hasattr(field, "__metadata__"):
        return _plain(arguments[0])
    return cast(type, get_origin(field))


def _bool(value: bool) -> bytes:
    return b"\1" if value else b"\0"


def _date(value: date) -> bytes:
    return _INT["int4"].pack(value.toordinal() - _EPOCH_DAY)


def _instant(value: datetime) -> bytes:
    since = value - _EPOCH
    return _INT["int8"].pack((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _uuid(value: UUID) -> bytes:
    return value.bytes


def _jsonb(value: Any) -> bytes:
    return b"\1" + _JSON.encode(value)
