"""What a group of results comes to: counted, never interpolated, and the same as by hand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from neraca.domain.errors import Invalid
from neraca.policy.numbers import half_up
from neraca.projecting.rebuild import ensure
from neraca.service import group_spread
from neraca.service.statements import statement
from neraca.store.migrate import migrate
from projections import results

PEOPLE = st.dictionaries(st.integers(-5, 5).map(lambda n: n * 333_333), st.integers(1, 9), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def connection(file_database: str) -> Iterator[Any]:
    migrate(file_database, ["solo"])
    ensure(file_database, [results.PROJECTION])
    with psycopg.connect(file_database) as connection:
        yield connection


def told(connection: Any, classes: dict[str, dict[int, int]], **asked: Any) -> list[group_spread.GroupSpread]:
    grouping = "class" if asked.get("by_class") else "agency"
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("begin")
        cursor.execute("select set_config('neraca.agency', 'solo', true)")
        for member, people in classes.items():
            cursor.execute(
                "insert into read_results.gathering values ('solo', %s, '2025', 'h', %s, 'p@1', '2025-01-01',"
                " '2025-12-31', '[]', %s, 7)",
                (grouping, member, Jsonb({"": sum(people.values())})),
            )
            for value, count in people.items():
                row = (grouping, member, value, count)
                cursor.execute("insert into read_results.tally values ('solo', %s, '2025', 'h', %s, '', %s, %s)", row)
        params = {"agency": "solo"} | group_spread.of_classes(measures=["score"], **asked)
        rows = cursor.execute(statement(group_spread.OF_CLASSES), params).fetchall()
        cursor.execute("rollback")
    return group_spread.spreads(rows, mean=True, below=asked.get("below") is not None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(PEOPLE)
def test_median_quartiles_and_mean_are_those_of_the_people_one_by_one(connection: Any, people: dict[int, int]) -> None:
    every = sorted(value for value, count in people.items() for _ in range(count))
    n = len(every)

    [found] = told(connection, {"": people}, below=Decimal("0.1"))

    assert found == group_spread.GroupSpread(
        group=None,
        period="2025",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
        policy="p@1",
        policy_hash="h",
        measure="score",
        people=n,
        lower_quartile=group_spread.decimal(every[ceil(n / 4) - 1]),
        median=group_spread.decimal(half_up(every[(n + 1) // 2 - 1] + every[n // 2], 2)),
        upper_quartile=group_spread.decimal(every[ceil(3 * n / 4) - 1]),
        mean=group_spread.decimal(half_up(sum(every), n)),
        below=sum(value < 100_000 for value in every),
        position=7,
    )


@pytest.mark.parametrize("measure", ["", "=", "?", "Hasil", "a b"])
def test_what_can_be_no_node_is_no_measure(measure: str) -> None:
    assert group_spread.node_of(measure) == "?"


def test_classes_are_told_apart_where_asked(connection: Any) -> None:
    classes = {"FUNCTIONAL": {1_000_000: 5}, "OPERATIONAL": {2_000_000: 6}}

    apart = told(connection, classes, by_class=True)

    assert [(one.group, one.people, one.median) for one in apart] == [
        ("FUNCTIONAL", 5, Decimal(1)),
        ("OPERATIONAL", 6, Decimal(2)),
    ]
    [functional] = told(connection, classes, by_class=True, position_class="FUNCTIONAL")
    assert functional == apart[0]


@pytest.mark.parametrize("written", ["", "75,5", "1e3", "NaN", "0.0000001", "1" * 13, " 7"])
def test_a_threshold_is_a_plain_number(written: str) -> None:
    with pytest.raises(Invalid, match=r"^below: .* is no number; write one such as 75 or 82.5$"):
        group_spread.threshold(written)
    assert group_spread.threshold("-82.5") == Decimal("-82.5")
