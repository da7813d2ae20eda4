"""`neraca report satisfaction`: the index by unit and period, and of all units together."""

from collections.abc import Callable
from csv import DictReader
from io import StringIO
from typing import Any

Neraca = Callable[..., Any]


def report(neraca: Neraca, year: Any, *words: str) -> Any:
    return neraca("report", *words, DATABASE_URL=year.url)


def test_satisfaction_is_told_by_unit_and_period_and_of_all_units(neraca: Neraca, seeded_year: Any) -> None:
    words = ("satisfaction", "--agency", "samarinda", "--survey", "skm_unit")

    rows = list(DictReader(StringIO(report(neraca, seeded_year, *words, "--csv").out)))
    told = [row for row in rows if row["index"]]
    assert told
    assert all(row["category"] in "ABCD" and int(row["answered"]) >= 10 for row in told)
    assert [row["period"] for row in rows] == [
        row["period"] for row in report(neraca, seeded_year, *words, "--json").lines[0]
    ]
    (whole,) = report(neraca, seeded_year, *words, "--all-units", "--json").lines
    assert [one["units"] for one in whole] == [
        sum(row["period"] == one["period"] and bool(row["index"]) for row in told) for one in whole
    ]
    said = report(neraca, seeded_year, *words, "--all-units", "--unit", "dinkes")
    assert said.err.splitlines()[-1] == (
        "Error: --all-units tells of all units and periods: leave --unit and --period out"
    )


def test_a_receipt_that_nothing_was_given_for_is_told_to_be_none(neraca: Neraca, seeded_year: Any) -> None:
    said = report(neraca, seeded_year, "receipt", "surabaya.abc")

    assert (said.code, said.err) == (1, "Error: no receipt 'surabaya.abc'; look whether it is written whole\n")
