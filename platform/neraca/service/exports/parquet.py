"""A table as Parquet, written here so that the same rows are the same bytes with any release of any library.

Plain pages without compression, those of texts by a dictionary where they repeat; nothing that a reader of the
format's first version lacks. It is told in the repository apache/parquet-format, in `parquet.thrift`, `Encodings.md`
and `LogicalTypes.md`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from struct import pack
from typing import IO, Any

import numpy as np
from msgspec import Struct

from neraca.service.exports.columns import Column, Kind, Row
from neraca.service.exports.thrift import TRUE, Value, i32, i64, items, struct, text, varint

_MAGIC, _WRITTEN_BY = b"PAR1", "neraca version 1 (build 1)"
_GROUP = 16_000
"""Rows that are held in memory and written together."""

_PLACES, _DIGITS, _WIDTH = 6, 24, 11
"""Of a decimal, which is below 10^18 and whole in millionths; in so many bytes."""

_BOOLEAN, _INT32, _INT64, _BYTES, _FIXED = 0, 1, 2, 6, 7
_UTF8, _DECIMAL, _DATE, _MICROSECONDS = 0, 5, 6, 10
_OPTIONAL, _UNCOMPRESSED = 1, 0
_PLAIN, _LEVELS, _DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2

_DAY_0, _MOMENT_0 = date(1970, 1, 1).toordinal(), datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


_IN_UTC = struct({8: struct({1: TRUE, 2: struct({2: struct({})})})})
"""A moment in microseconds, which is not one of the clock on some wall."""


class _Type(Struct, frozen=True):
    """How a kind is stored, what that means to a reader, and the bytes of some values."""

    physical: int
    meaning: int | None
    plain: Callable[[Sequence[Any]], bytes]


def _texts(values: Sequence[str]) -> bytes:
    encoded = [value.encode() for value in values]
    return b"".join(chain.from_iterable((pack("<I", len(value)), value) for value in encoded))


def _decimals(values: Sequence[Decimal]) -> bytes:
    return b"".join(_millionths(value).to_bytes(_WIDTH, "big", signed=True) for value in values)


def _millionths(value: Decimal) -> int:
    scaled = value.scaleb(_PLACES)
    if scaled != (whole := int(scaled)):
        raise ValueError(f"{value} has more than {_PLACES} decimals")
    return whole


def _integers(values: Sequence[int]) -> bytes:
    return np.array(values, "<i8").tobytes()


def _dates(values: Sequence[date]) -> bytes:
    return np.array([value.toordinal() - _DAY_0 for value in values], "<i4").tobytes()


def _instants(values: Sequence[datetime]) -> bytes:
    return _integers([(value - _MOMENT_0) // _MICROSECOND for value in values])


def _booleans(values: Sequence[bool]) -> bytes:
    return np.packbits(np.array(values, np.uint8), bitorder="little").tobytes()


_TYPES = {
    Kind.TEXT: _Type(_BYTES, _UTF8, _texts),
    Kind.INTEGER: _Type(_INT64, None, _integers),
    Kind.DECIMAL: _Type(_FIXED, _DECIMAL, _decimals),
    Kind.DATE: _Type(_INT32, _DATE, _dates),
    Kind.INSTANT: _Type(_INT64, _MICROSECONDS, _instants),
    Kind.BOOLEAN: _Type(_BOOLEAN, None, _booleans),
}


def write(file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    file.write(_MAGIC)
    groups: list[Value] = []
    written = 0
    for rows in _groups(batches):
        chunks = [_chunk(file, column, values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)]
        size = sum(chunk.size for chunk in chunks)
        groups.append(struct({1: items([chunk.told for chunk in chunks]), 2: i64(size), 3: i64(len(rows))}))
        written += len(rows)
    root = struct({4: text("rows"), 5: i32(len(columns))})
    schema = items([root, *map(_element, columns)])
    footer = struct({1: i32(1), 2: schema, 3: i64(written), 4: _listed(groups), 6: text(_WRITTEN_BY)}).data
    file.write(footer + pack("<I", len(footer)) + _MAGIC)
    return written


def _groups(batches: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    rows = chain.from_iterable(batches)
    return iter(lambda: list(islice(rows, _GROUP)), [])


def _listed(groups: Sequence[Value]) -> Value:
    return items(groups) if groups else Value(items([struct({})]).type, bytes([struct({}).type]))


def _element(column: Column) -> Value:
    kind, decimal = _TYPES[column.kind], column.kind is Kind.DECIMAL
    return struct(
        {
            1: i32(kind.physical),
            2: i32(_WIDTH) if decimal else None,
            3: i32(_OPTIONAL),
            4: text(column.name),
            6: None if kind.meaning is None else i32(kind.meaning),
            7: i32(_PLACES) if decimal else None,
            8: i32(_DIGITS) if decimal else None,
            10: _IN_UTC if column.kind is Kind.INSTANT else None,
        }
    )


class _Chunk(Struct, frozen=True):
    """`told` is what the footer says of it."""

    told: Value
    size: int


def _chunk(file: IO[bytes], column: Column, values: Sequence[Any]) -> _Chunk:
    """Writes what a column has of a group of rows."""
    start, kind = file.tell(), _TYPES[column.kind]
    there = [value for value in values if value is not None]
    known = list(dict.fromkeys(there)) if column.kind is Kind.TEXT else []
    by_dictionary = 0 < 2 * len(known) <= len(there)
    if by_dictionary:
        about = struct({1: i32(len(known)), 2: i32(_PLAIN)})
        _page(file, _DICTIONARY_PAGE, {7: about}, kind.plain(known))
    data, encoding = (_places(known, there), _DICTIONARY) if by_dictionary else (kind.plain(there), _PLAIN)
    pages = file.tell()
    about = struct({1: i32(len(values)), 2: i32(encoding), 3: i32(_LEVELS), 4: i32(_LEVELS)})
    _page(file, _DATA_PAGE, {5: about}, _levels(values) + data)
    size = file.tell() - start
    told = struct(
        {
            1: i32(kind.physical),
            2: items([i32(one) for one in sorted({_PLAIN, _LEVELS, encoding})]),
            3: items([text(column.name)]),
            4: i32(_UNCOMPRESSED),
            5: i64(len(values)),
            6: i64(size),
            7: i64(size),
            9: i64(pages),
            11: i64(start) if by_dictionary else None,
        }
    )
    return _Chunk(struct({2: i64(start), 3: told}), size)


def _page(file: IO[bytes], type_: int, about: dict[int, Value], data: bytes) -> None:
    file.write(struct({1: i32(type_), 2: i32(len(data)), 3: i32(len(data)), **about}).data)
    file.write(data)


def _levels(values: Sequence[Any]) -> bytes:
    """Which of the values are there, after how many bytes that takes."""
    data = _packed(np.array([value is not None for value in values], np.uint8), 1)
    return pack("<I", len(data)) + data


def _places(known: Sequence[str], values: Sequence[str]) -> bytes:
    """Where each value stands in the dictionary, after how many bits that takes."""
    place = {value: number for number, value in enumerate(known)}
    bits = max(1, (len(known) - 1).bit_length())
    return bytes([bits]) + _packed(np.array([place[value] for value in values], np.uint32), bits)


def _packed(numbers: "np.ndarray[Any, Any]", bits: int) -> bytes:
    """One run of so many bits each, the least first, in full groups of eight."""
    groups = -(-len(numbers) // 8)
    padded = np.zeros(groups * 8, np.uint32)
    padded[: len(numbers)] = numbers
    spread = (padded[:, None] >> np.arange(bits, dtype=np.uint32)) & 1
    return varint(groups << 1 | 1) + np.packbits(spread.astype(np.uint8), bitorder="little").tobytes()
