"""What is packed here by hand must be what PostgreSQL reads: each value, each null, each empty array."""

from collections.abc import Iterator
from typing import TypeAlias
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer

from neraca.store.arrays import Blobs, Ints, Texts, Uuids
from neraca.store.pool import open_connection

Packed: TypeAlias = Ints | Uuids | Texts | Blobs

ARRAYS: dict[str, Packed] = {
    "integer[]": Ints((0, 1, -1, 2**31 - 1, -(2**31))),
    "uuid[]": Uuids((UUID(int=0), UUID("00112233-4455-6677-8899-aabbccddeeff"), UUID(int=2**128 - 1))),
    "text[]": Texts(("", "a", None, "Ni Luh 🌺", "NULL", "{,}")),
    "bytea[]": Blobs((b"", b"\0", None, bytes(range(256)), b"\\x00")),
}


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    with open_connection(database) as connection:
        yield connection


@pytest.mark.parametrize("type_", ARRAYS)
def test_an_array_arrives_value_by_value(connection: Connection, type_: str) -> None:
    ask = "select pg_typeof(%(sent)s)::text, %(sent)s, array_ndims(%(sent)s), array_lower(%(sent)s, 1)"
    kind = type(ARRAYS[type_])

    for sent in (ARRAYS[type_], *(kind([value]) for value in ARRAYS[type_])):  # pyright: ignore[reportArgumentType]
        assert connection.execute(ask, {"sent": sent}).fetchone() == (type_, list(sent), 1, 1)
    assert connection.execute(ask, {"sent": kind()}).fetchone() == (type_, [], None, None)


def test_the_bytes_are_those_of_the_wire_format(connection: Connection) -> None:
    """Dimensions, whether there may be nulls, the type of an element, how many from where on, then length and value."""

    def packed(sent: Packed) -> str:
        dumper = Transformer(connection).get_dumper(sent, PyFormat.BINARY)
        return bytes(dumper.dump(sent) or b"").hex(" ", -4)

    assert packed(Texts(("é", None))) == (
        "00000001 00000001 00000019 00000002 00000001"  # one dimension, nulls, text, two of them from 1 on
        " 00000002 c3a9ffff ffff"  # two bytes of text, then a null
    )
    assert packed(Blobs()) == "00000000 00000000 00000011"
