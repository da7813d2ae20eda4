"""Binary array parameters, packed here because psycopg takes eight times as long to look at every element."""

from collections.abc import Iterable
from itertools import chain
from struct import Struct, pack
from uuid import UUID

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

_LENGTH = Struct(">i").pack
_INT = Struct(">ii").pack
_SIXTEEN = _LENGTH(16)


# A type each, because psycopg picks the dumper by type, and looks at every element of a plain list.
class Ints(tuple[int, ...]):
    pass


class Uuids(tuple[UUID, ...]):
    pass


class Texts(tuple[str | None, ...]):
    pass


class Blobs(tuple[bytes | None, ...]):
    pass


def _head(element: int, length: int) -> bytes:
    """One dimension that may hold nulls and counts from 1; an empty array has no dimension."""
    return pack(">iiiii", 1, 1, element, length, 1) if length else pack(">iii", 0, 0, element)


def _sized(values: Iterable[bytes | None]) -> Iterable[bytes]:
    # On the wire a null is the length -1 and nothing after it.
    return chain.from_iterable((_LENGTH(-1), b"") if v is None else (_LENGTH(len(v)), v) for v in values)


# Oids of built-in types and their arrays are the same in every PostgreSQL, so none is looked up.
class _IntsDumper(Dumper):
    format = Format.BINARY
    oid = 1007

    def dump(self, obj: Ints) -> bytes:
        return _head(23, len(obj)) + b"".join([_INT(4, value) for value in obj])


class _UuidsDumper(Dumper):
    format = Format.BINARY
    oid = 2951

    def dump(self, obj: Uuids) -> bytes:
        return _head(2950, len(obj)) + b"".join([_SIXTEEN + value.bytes for value in obj])


class _TextsDumper(Dumper):
    format = Format.BINARY
    oid = 1009

    def dump(self, obj: Texts) -> bytes:
        return _head(25, len(obj)) + b"".join(_sized([None if v is None else v.encode() for v in obj]))


class _BlobsDumper(Dumper):
    format = Format.BINARY
    oid = 1001

    def dump(self, obj: Blobs) -> bytes:
        return _head(17, len(obj)) + b"".join(_sized(obj))


def register_arrays(context: AdaptContext) -> None:
    for type_, dumper in ((Ints, _IntsDumper), (Uuids, _UuidsDumper), (Texts, _TextsDumper), (Blobs, _BlobsDumper)):
        context.adapters.register_dumper(type_, dumper)
