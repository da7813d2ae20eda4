"""What Parquet says of itself, in Thrift's compact protocol: as much of it as that takes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_LONG_LIST = 15


class Value(Struct, frozen=True):
    type: int
    data: bytes


TRUE = Value(1, b"")
"""Of a field: its type says it all."""


def i32(number: int) -> Value:
    return Value(_I32, _zigzag(number))


def i64(number: int) -> Value:
    return Value(_I64, _zigzag(number))


def text(said: str) -> Value:
    data = said.encode()
    return Value(_BINARY, varint(len(data)) + data)


def items(values: Sequence[Value]) -> Value:
    """At least one, all of one type."""
    (type_,) = {value.type for value in values}
    size = len(values)
    head = bytes([size << 4 | type_]) if size < _LONG_LIST else bytes([_LONG_LIST << 4 | type_]) + varint(size)
    return Value(_LIST, head + b"".join(value.data for value in values))


def struct(fields: Mapping[int, Value | None]) -> Value:
    """By number, rising; a field that is None is left out."""
    there = {number: value for number, value in fields.items() if value is not None}
    steps = (after - before for before, after in pairwise((0, *there)))
    said = (bytes([step << 4 | value.type]) + value.data for step, value in zip(steps, there.values(), strict=True))
    return Value(_STRUCT, b"".join(said) + b"\0")


def varint(number: int) -> bytes:
    """Of a number that is not below zero: seven bits a byte, the least first."""
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def _zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)
