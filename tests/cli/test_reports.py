"""`neraca report`: the same rows as a table for people, and as CSV and JSON for programs."""

from collections.abc import Callable
from csv import DictReader
from decimal import Decimal
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


def test_the_trend_of_an_employee_tells_each_final_result_and_compares_within_one_rule(
    neraca: Neraca, seeded_year: Any
) -> None:
    people = report(neraca, seeded_year, "trend", "--agency", "bandung", "--json").lines[0]
    assert {row["cycle"] for row in people} <= {"semester", "year"}
    assert all(row["people"] >= 5 and row["lower_quartile"] <= row["upper_quartile"] for row in people)

    with psycopg.connect(seeded_year.url) as connection:
        query = (
            "select employee from read_results.result where agency = 'bandung' group by 1 having count(*) = 3 limit 1"
        )
        [(nip,)] = connection.execute(query).fetchall()
        kept = connection.execute(
            "select period, score from read_scores.appraisal where agency = 'bandung' and employee = %s", (nip,)
        ).fetchall()
    words = ("trend", "--agency", "bandung", "--employee", nip, "--json")
    [rows] = report(neraca, seeded_year, *words).lines
    assert {row["period"]: Decimal(row["value"]) for row in rows} == dict(kept)
    first, second, year = (
        next(row for row in rows if row["period"] == period) for period in ("2025-S1", "2025-S2", "2025")
    )
    assert (first["change"], year["change"], year["joined"]) == (None, None, True)
    assert Decimal(second["change"]) == Decimal(second["value"]) - Decimal(first["value"])


def test_a_unit_too_small_to_be_told_of_has_no_trend(neraca: Neraca, seeded_year: Any) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        units = connection.execute(
            "select unit, count(*) from read_results.result where agency = 'surabaya' and period = '2025-Q1' group by 1"
        ).fetchall()
    told = {
        unit: report(neraca, seeded_year, "trend", "--agency", "surabaya", "--unit", unit, "--json").lines[0]
        for unit, _ in units
    }
    assert {unit: bool([row for row in told[unit] if row["period"] == "2025-Q1"]) for unit in told} == {
        unit: people >= 5 for unit, people in units
    }
    assert len(set(told)) > 1


def test_findings_are_told_with_what_they_are_not(neraca: Neraca, seeded_year: Any) -> None:
    words = ("forensics", "--agency", "bandung", "--period", "2025-S1")

    assert (
        report(neraca, seeded_year, *words).out.splitlines()[-1].endswith("each is a reason to look, and no judgement")
    )
    header, *rows = report(neraca, seeded_year, *words, "--csv").out.splitlines()
    assert header == "judge,kind,cases,found,expected,chance,measure,since,until,other,employees,events,said"
    [found] = report(neraca, seeded_year, *words, "--json").lines
    assert len(found) == len(rows)


def test_strengths_stand_beside_the_median_of_those_judged_alike(neraca: Neraca, seeded_year: Any) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        nip, nodes, policy_hash, class_ = connection.execute(
            "select employee, nodes, policy_hash, position_class from read_results.result"
            " where agency = 'bandung' and period = '2025-S1' and position_class = 'FUNCTIONAL' order by 1 limit 1"
        ).fetchone() or ("", {}, "", "")
        counted = connection.execute(
            "select told from read_results.counted where agency = 'bandung' and period = '2025-S1'"
            " and grouping = 'class' and policy_hash = %s and member = %s",
            (policy_hash, class_),
        ).fetchall()
    words = ("strengths", "--agency", "bandung", "--period", "2025-S1", "--employee", nip, "--json")
    [rows] = report(neraca, seeded_year, *words).lines

    assert {row["measure"]: Decimal(row["value"]) for row in rows} == {
        name: Decimal(value) / 1_000_000 for name, value in nodes.items() if value is not None
    }
    for row in rows:
        values = sorted(told[row["measure"]] for (told,) in counted if row["measure"] in told)
        if len(values) < 5:
            assert (row["median"], row["side"]) == (None, None)
            continue
        middle = Decimal(values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2_000_000
        assert (Decimal(row["median"]), row["people"]) == (middle, len(values))
        assert Decimal(row["difference"]) == Decimal(row["value"]) - middle
    compared = [Decimal(row["difference"]) for row in rows if row["difference"] is not None]
    assert compared == sorted(compared)
    assert len(compared) > 5
    assert any(len(row["events"]) > 1 for row in rows)


def test_strengths_of_a_unit_and_of_duties_are_of_five_people_or_more(neraca: Neraca, seeded_year: Any) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        [(unit,)] = connection.execute(
            "select member from read_results.counted where agency = 'bandung' and period = '2025-S1'"
            " and grouping = 'unit' group by 1 order by count(*) desc limit 1"
        ).fetchall()
    of = ("strengths", "--agency", "bandung", "--period", "2025-S1")
    [rows] = report(neraca, seeded_year, *of, "--unit", unit, "--json").lines
    [duties] = report(neraca, seeded_year, *of, "--duties", "--json").lines

    assert {row["side"] for row in rows} <= {"STRENGTH", "WEAKNESS", "NEITHER", None}
    assert rows
    assert duties
    assert all(row["people"] >= 5 and row["people"] >= row["reported"] >= row["met"] for row in duties)
    shares = [Decimal(row["met"]) / row["people"] for row in duties]
    assert shares == sorted(shares)


def test_strengths_are_of_somebody(neraca: Neraca, seeded_year: Any) -> None:
    said = report(neraca, seeded_year, "strengths", "--agency", "bandung", "--period", "2025-S1")

    assert said.code == 2
    assert "say whose: --employee, or --unit, or --duties of a unit or of all" in said.err


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
