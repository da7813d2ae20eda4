"""`neraca report`: the same rows as a table for people, and as CSV and JSON for programs."""

from collections.abc import Callable
from csv import DictReader
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neraca.domain.errors import NotFound

ROOT = Path(__file__).parents[2]
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


def test_a_budget_under_the_rule_that_paid_differs_in_nothing(neraca: Neraca, seeded_year: Any) -> None:
    words = ("budget", "--agency", "surabaya", "--year", "2025")

    said = report(neraca, seeded_year, *words)
    assert said.code == 0
    first, *rest = said.out.splitlines()
    assert first.startswith("surabaya 2025: what paid comes to ")
    assert " was fixed, 0, for " in first
    assert rest[0] == "By month:"
    assert any(line.startswith("not counted: ") and line.endswith("nothing was fixed for the month") for line in rest)
    (told,) = report(neraca, seeded_year, *words, "--json").lines
    assert told["total"]["paid"] == told["total"]["counterfactual"]
    rows = list(DictReader(StringIO(report(neraca, seeded_year, *words, "--csv").out)))
    assert sum(int(row["counterfactual"]) for row in rows if row["difference"]) == int(told["total"]["paid"])
    assert {row["difference"] for row in rows if row["paid"]} == {"0"}


def test_a_budget_of_a_file_tells_what_it_would_have_cost(neraca: Neraca, seeded_year: Any, tmp_path: Path) -> None:
    text, _, _ = (ROOT / "policies/surabaya/tpp-surabaya.yaml").read_text().partition("\ntests:")
    file = tmp_path / "tpp-baru.yaml"
    file.write_text(
        text.replace("\nversion: 1\n", "\nversion: 2\n").replace(
            "sangat_baik: 100, baik: 100", "sangat_baik: 50, baik: 50"
        )
    )

    (told,) = report(
        neraca, seeded_year, "budget", "--agency", "surabaya", "--candidate", str(file), "--year", "2025", "--json"
    ).lines

    assert (told["candidate"], told["purpose"]) == ("id.jatim.kota-surabaya.tpp@2", "allowance")
    by = {one["name"]: one for one in told["by_predicate"]}
    assert int(by["baik"]["difference"]) < 0
    assert by.get("butuh_perbaikan", {"difference": "0"})["difference"] == "0"
    with pytest.raises(NotFound, match="no policy 'tpp' is published"):
        report(neraca, seeded_year, "budget", "--agency", "surabaya", "--candidate", "tpp")


def test_findings_are_told_with_what_they_are_not(neraca: Neraca, seeded_year: Any) -> None:
    words = ("forensics", "--agency", "bandung", "--period", "2025-S1")

    assert (
        report(neraca, seeded_year, *words).out.splitlines()[-1].endswith("each is a reason to look, and no judgement")
    )
    header, *rows = report(neraca, seeded_year, *words, "--csv").out.splitlines()
    assert (
        header
        == "judge,kind,cases,found,expected,chance,measure,since,until,other,employees,events,further_events,said"
    )
    [found] = report(neraca, seeded_year, *words, "--json").lines
    assert len(found) == len(rows)


def test_lateness_is_told_by_unit_and_by_name(neraca: Neraca, seeded_year: Any) -> None:
    words = ("lateness", "--agency", "samarinda", "--period", "2025-03")

    [units] = report(neraca, seeded_year, *words, "--json").lines
    [people] = report(neraca, seeded_year, *words, "--people", "--json").lines
    assert {one["cadence"] for one in people} == {"daily"}
    assert sum(one["owed"] for one in people) == sum(one["owed"] for one in units) > 0
    assert all(one["owed"] == one["in_time"] + one["late"] + one["missing"] for one in people)
    assert sum(one["in_time"] for one in people) > 0
    one = units[0]["unit"]
    [of_unit] = report(neraca, seeded_year, *words, "--unit", one, "--people", "--json").lines
    assert of_unit == [each for each in people if each["unit"] == one]
    header, *rows = report(neraca, seeded_year, *words, "--csv").out.splitlines()
    assert header.startswith("unit,people,all_in_time,some_late,some_missing,nothing_due,owed,")
    assert len(rows) == len(units)


def test_durations_are_told_of_all_and_by_unit_in_whole_days(neraca: Neraca, seeded_year: Any) -> None:
    [rows] = report(neraca, seeded_year, "durations", "--agency", "bandung", "--period", "2025-S1", "--json").lines

    query = """
        select a.unit, ((c.at at time zone 'Asia/Jakarta')::date - a.ends)::int
        from read_scores.appraisal a
        join read_scores.change c on c.agency = a.agency and c.stream = a.stream
          and c.position = (a.final ->> 'position')::bigint
        where a.agency = 'bandung' and a.period = '2025-S1' and a.status = 'final'"""
    with psycopg.connect(seeded_year.url) as connection:
        kept = connection.execute(query).fetchall()
    days = sorted(one for _, one in kept)
    whole = next(row for row in rows if (row["unit"], row["step"]) == (None, "result"))
    assert (whole["number"], whole["median"], whole["longest"]) == (len(days), days[(len(days) - 1) // 2], days[-1])
    results = [row for row in rows if row["unit"] and row["step"] == "result"]
    assert {row["unit"]: row["number"] for row in results} == {
        unit: [u for u, _ in kept].count(unit) for unit, _ in kept
    }
    assert {row["step"] for row in rows} == {"result", "answer"}


def test_where_nothing_is_tried_that_is_said(neraca: Neraca, seeded_year: Any) -> None:
    said = report(neraca, seeded_year, "shadow", "--agency", "samarinda")

    assert (said.code, said.err.splitlines()[-1]) == (
        2,
        "Error: samarinda has named no shadow; policy staff name one by neraca policy name-shadow",
    )


def test_a_programme_is_told_before_and_after(neraca: Neraca, seeded_year: Any) -> None:
    words = ("programme", "--agency", "bandung", "--id", "smart-city")
    table, csv, json = (report(neraca, seeded_year, *words, *how) for how in ((), ("--csv",), ("--json",)))

    [rows] = json.lines
    assert {(row["indicator"], row["period"]) for row in rows} == {
        (indicator, period)
        for indicator in ("efektivitas", "inovasi", "akses", "kecepatan")
        for period in ("2025-S1", "2025-S2")
    }
    lines = list(DictReader(StringIO(csv.out)))
    assert [(line["indicator"], line["before"], line["after"]) for line in lines] == [
        (row["indicator"], row["before"], row["after"]) for row in rows
    ]
    assert table.out.splitlines()[-1] == "8 rows"
    with pytest.raises(NotFound, match="there is no programme 'tiada' in bandung"):
        report(neraca, seeded_year, "programme", "--agency", "bandung", "--id", "tiada")


def test_what_is_planned_is_told_by_unit_and_by_result_with_the_goal_that_it_leads_to(
    neraca: Neraca, seeded_year: Any
) -> None:
    words = ("cascade", "--agency", "bandung", "--year", "2025")
    [units] = report(neraca, seeded_year, *words, "--json").lines
    results = list(DictReader(StringIO(report(neraca, seeded_year, *words, "--results", "--csv").out)))

    planned = [row for row in results if row["employee"]]
    assert [sum(unit[name] for unit in units) for name in ("results", "linked", "aligned", "loose")] == [
        len(planned),
        sum(not row["loose"] for row in planned),
        sum(row["goal"] != "" for row in planned),
        sum(row["loose"] != "" for row in planned),
    ]
    assert all(unit["plan"] == "approved" for unit in units if unit["people"])
    assert {row["loose"] for row in planned} == {"", "unlinked", "dropped"}
    assert {row["goal"] for row in planned} == {"", "tujuan-1", "tujuan-2"}
    # Every sum of a unit is of the rows of that unit.
    for unit in units:
        assert unit["aligned"] == sum(row["goal"] != "" for row in planned if row["unit"] == unit["unit"])


def test_every_draw_of_raters_of_the_year_is_done_again(neraca: Neraca, seeded_year: Any) -> None:
    said = report(neraca, seeded_year, "raters", "--agency", "gajahmungkur", "--json")

    [rows] = said.lines
    assert (said.code, {one["difference"] for one in rows}) == (0, {None})
    assert {(one["relation"], one["taken"]) for one in rows} >= {("PEER", 4), ("SUBORDINATE", 5)}
