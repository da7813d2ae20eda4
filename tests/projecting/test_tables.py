from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection

from neraca.projecting import schemas
from neraca.projecting.connections import connect_projector
from neraca.projecting.projection import Projection, Table
from neraca.projecting.tables import StoredTable
from neraca.projecting.workspace import Changes
from neraca.store.migrate import migrate


class Colour(StrEnum):
    RED = "merah"


class Part(Struct):
    name: str
    weight: Decimal


class Everything(Struct):
    agency: str
    number: int
    day: date
    text: str | None
    word: Literal["a", "b"]
    colour: Colour | None
    small: int
    large: int | None
    flag: bool
    exact: Decimal | None
    at: datetime
    id: UUID
    parts: list[Part]
    members: set[int]
    ordered: dict[str, int]
    packed: Part | None
    blob: bytes


TABLE = Table("everything", Everything, key=("number", "day"))
DDL = """
create table everything (
  agency text not null,
  number bigint not null,
  day date not null,
  text text,
  word text not null,
  colour text,
  small smallint not null,
  large int,
  flag boolean not null,
  exact numeric,
  at timestamptz not null,
  id uuid not null,
  parts jsonb not null,
  members jsonb not null,
  ordered json not null,
  packed bytea,
  blob bytea not null,
  primary key (agency, number, day)
);
"""

_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
_parts = st.builds(Part, name=_texts, weight=_decimals)
ROWS = st.builds(
    Everything,
    agency=st.just("solo"),
    number=st.integers(-(2**63), 2**63 - 1),
    day=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    text=st.none() | _texts,
    word=st.sampled_from(["a", "b"]),
    colour=st.none() | st.just(Colour.RED),
    small=st.integers(-(2**15), 2**15 - 1),
    large=st.none() | st.integers(-(2**31), 2**31 - 1),
    flag=st.booleans(),
    exact=st.none() | _decimals,
    at=st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis adds the zone
    id=st.uuids(),
    parts=st.lists(_parts, max_size=3),
    members=st.sets(st.integers(-(2**60), 2**60), max_size=3),
    ordered=st.dictionaries(_texts, st.integers(-(2**60), 2**60), max_size=3),
    packed=st.none() | _parts,
    blob=st.binary(max_size=8),
)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    migrate(database, ["solo"])
    projection = Projection(name="all", ddl=DDL, tables=(TABLE,), apply=lambda work, entry: None)
    with schemas.builder(database) as owner:
        schemas.make(owner, projection, "read_all")
        schemas.make(owner, projection, "read_copied")
    with connect_projector(database) as made:
        made.execute("select set_config('neraca.agency', 'solo', false)")
        yield made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=5, unique_by=lambda row: (row.number, row.day)))
def test_written_and_copied_rows_come_back_as_they_were(connection: Connection, rows: list[Everything]) -> None:
    written, copied = StoredTable(connection, TABLE, "read_all"), StoredTable(connection, TABLE, "read_copied")
    keys: Any = [(row.number, row.day) for row in rows]
    written.write("solo", Changes(TABLE, [*rows], [], []))
    copied.copy(rows)

    assert sorted(written.load("solo", keys), key=order) == sorted(rows, key=order)
    assert sorted(copied.load("solo", keys), key=order) == sorted(rows, key=order)
    assert written.differing(copied, "solo", 9) == []

    written.write("solo", Changes(TABLE, [], keys, []))
    assert list(written.load("solo", keys)) == []
    assert len(written.differing(copied, "solo", 9)) == len(rows)
    copied.replace(written, "solo")
    assert list(copied.load("solo", keys)) == []


def order(row: Everything) -> tuple[int, date]:
    return row.number, row.day


def test_the_order_of_keys_is_kept_where_the_table_says_json(connection: Connection, database: str) -> None:
    row = an_example()
    row.ordered = {"z": 1, "a": 2}
    table = StoredTable(connection, TABLE, "read_all")
    table.write("solo", Changes(TABLE, [row], [], []))

    (found,) = table.load("solo", [(row.number, row.day)])

    assert list(found.ordered) == ["z", "a"]


def test_the_same_members_are_the_same_row_in_whatever_order_a_process_has_them(connection: Connection) -> None:
    # As the members of a set of texts lie, which is another order in each process.
    one, other = {0, 8}, {8, 0}
    assert [*one] != [*other]
    written, copied = StoredTable(connection, TABLE, "read_all"), StoredTable(connection, TABLE, "read_copied")
    written.write("solo", Changes(TABLE, [replace(an_example(), members=one)], [], []))
    copied.copy([replace(an_example(), members=other)])

    assert written.differing(copied, "solo", 9) == []


def test_sql_reads_what_was_written(connection: Connection, database: str) -> None:
    row = an_example()
    StoredTable(connection, TABLE, "read_all").write("solo", Changes(TABLE, [row], [], []))

    with psycopg.connect(database) as reader:
        found = reader.execute(
            "select number, day, colour, exact, at, parts->0->>'weight', ordered->>'a', packed from read_all.everything"
        ).fetchone()

    assert found == (1, date(2025, 1, 2), "merah", Decimal("1.50"), row.at, "2.50", "2", b'{"name":"p","weight":"0"}')


def an_example() -> Everything:
    return Everything(
        agency="solo",
        number=1,
        day=date(2025, 1, 2),
        text=None,
        word="a",
        colour=Colour.RED,
        small=1,
        large=None,
        flag=True,
        exact=Decimal("1.50"),
        at=datetime(2025, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=7))),
        id=UUID(int=5),
        parts=[Part("q", Decimal("2.50"))],
        members={3},
        ordered={"a": 2},
        packed=Part("p", Decimal(0)),
        blob=b"",
    )
