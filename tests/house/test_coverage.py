"""The table of what is asked has each row once, and what it says is there has tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "policies" / "COVERAGE.md"

CITIES = {"S": 19, "B": 20, "G": 20, "M": 17, "K": 16}
"""Surabaya, Bandung, Gajahmungkur, Samarinda, Surakarta: how many requirements the text of each has."""

LAW = {"P": 29, "D": 7, "O": 16, "H": 3, "A": 5, "T": 5, "X": 1}
"""PermenPANRB 6/2022, SE 3/2023, PP 30/2019, the rules before, credit points, allowance, talent."""

FIELD = re.compile(r"`(appraisal|agency) \{ ([^`]*) \}`")
"""A place of the demo that is read by GraphQL."""

WITH_TESTS = {"yes", "partly", "instead"}
STATES = WITH_TESTS | {"no"}


class Row(Struct, frozen=True):
    id: str
    asks: str
    state: str
    there: str
    tests: tuple[str, ...]
    demo: str


def rows_of(text: str) -> list[Row]:
    lines = [line for line in text.splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(id_, asks, state, there, tuple(re.findall(r"`([^`]+)`", tests)), demo)
        for id_, asks, state, there, tests, demo in cells
    ]


@cache
def rows() -> list[Row]:
    return rows_of(TABLE.read_text())


@cache
def named_in(file: Path) -> frozenset[str]:
    parsed = ast.parse(file.read_text()).body if file.is_file() else []
    functions = (one for one in parsed if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(one.name for one in functions if is_run(one))


def is_run(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is not skipped, nor expected to fail: such a test shows nothing."""
    return not any(re.search("skip|xfail", ast.unparse(mark)) for mark in test.decorator_list)


def missing(row: Row) -> list[str]:
    """Tests that the row names and nobody finds."""
    named = [(one, *one.partition("::")[::2]) for one in row.tests]
    return [one for one, file, name in named if name not in named_in(ROOT / "tests" / file)]


def test_each_row_is_there_once_and_in_order() -> None:
    wanted = [f"{letter}{n}" for letter, count in {**CITIES, **LAW}.items() for n in range(1, count + 1)]

    assert sum(CITIES.values()) == 92
    assert [row.id for row in rows()] == wanted


def test_each_line_says_what_is_asked_and_what_there_is() -> None:
    assert [row.id for row in rows() if not (row.asks and row.there and row.demo)] == []
    assert {row.id: row.state for row in rows() if row.state not in STATES} == {}


def test_what_is_there_names_tests_and_what_is_not_names_none() -> None:
    assert [row.id for row in rows() if bool(row.tests) is not (row.state in WITH_TESTS)] == []


def test_the_named_tests_are_there() -> None:
    assert {row.id: lacking for row in rows() if (lacking := missing(row))} == {}


def test_a_row_that_names_what_a_policy_has_names_also_what_its_cases_come_to() -> None:
    """That an indicator is there says nothing of its weight, its method, or what becomes of whoever lacks it."""
    there, digits = (
        f"policy/test_our_policies.py::test_{name}"
        for name in ("what_a_city_names_is_in_its_policy", "the_policy_makes_of_its_case_what_it_says")
    )

    assert [row.id for row in rows() if there in row.tests and digits not in row.tests] == []


@pytest.mark.parametrize(
    "named",
    [
        "house/test_coverage.py::test_that_nobody_wrote",
        "house/test_nowhere.py::test_the_named_tests_are_there",
        "house/test_coverage.py::missing_file",
        "house/test_coverage.py",
    ],
)
def test_a_test_that_is_not_there_is_noticed(named: str) -> None:
    there = "house/test_coverage.py::test_the_named_tests_are_there"
    (row,) = rows_of(f"| S1 | asks | yes | there is | `{there}`<br>`{named}` | - |")

    assert missing(row) == [named]


@pytest.mark.parametrize("mark", ["skip", "skipif(True, reason='x')", "xfail", "parametrize('x', [1])"])
def test_a_test_that_is_skipped_or_may_fail_shows_nothing(mark: str, tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text(f"@pytest.mark.{mark}\ndef test_x(): ...\n")

    assert named_in(file) == ({"test_x"} if mark.startswith("parametrize") else set())


def test_the_fields_of_graphql_it_points_to_are_there() -> None:
    schema = (ROOT / "tests" / "golden" / "schema.graphql").read_text()
    pointed = {word for row in rows() for _, words in FIELD.findall(row.demo) for word in re.findall(r"\w+", words)}

    assert {"targets", "timeline", "summary"} <= pointed
    assert [word for word in sorted(pointed) if not re.search(rf"\b{word}\b[(:]", schema)] == []
