"""`neraca report`: the same rows as a table for people, and as CSV and JSON for programs."""

from collections.abc import Callable
from typing import Any

Neraca = Callable[..., Any]


def report(neraca: Neraca, year: Any, *words: str) -> Any:
    return neraca("report", *words, DATABASE_URL=year.url)


def test_participation_is_told_by_unit(neraca: Neraca, seeded_year: Any) -> None:
    words = ("participation", "--agency", "bandung", "--period", "2025-S1")
    table, csv, json = (report(neraca, seeded_year, *words, *how) for how in ((), ("--csv",), ("--json",)))

    [rows] = json.lines
    header, *lines = csv.out.splitlines()
    assert header == "unit,people,planned,reported,rated,final"
    assert [line.split(",") for line in lines] == [[str(value) for value in row.values()] for row in rows]
    assert [line.split() for line in table.out.splitlines()] == [
        header.split(","),
        *(line.split(",") for line in lines),
        [str(len(rows)), "rows"],
    ]
    assert sum(row["people"] for row in rows) >= sum(row["final"] for row in rows) > 0


def test_csv_and_json_are_not_both_written(neraca: Neraca, seeded_year: Any) -> None:
    words = ("participation", "--agency", "bandung", "--period", "2025-S1", "--csv", "--json")
    said = report(neraca, seeded_year, *words)

    assert (said.code, said.err.splitlines()[-1]) == (2, "Error: --csv or --json, not both")
