"""`neraca report` on final results: trends, strengths, two periods beside each other, indicators."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg

Neraca = Callable[..., Any]


def report(neraca: Neraca, year: Any, *words: str) -> Any:
    return neraca("report", *words, DATABASE_URL=year.url)


def test_the_trend_of_an_employee_tells_each_final_result_and_compares_within_one_rule(
    neraca: Neraca, seeded_year: Any
) -> None:
    people = report(neraca, seeded_year, "trend", "--agency", "bandung", "--json").lines[0]
    assert {row["cycle"] for row in people} <= {"semester", "year"}
    assert all(row["people"] >= 5 for row in people)
    assert all(Decimal(row["lower_quartile"]) <= Decimal(row["upper_quartile"]) for row in people)

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
    # Behind each number are the results of the unit's people, by the events that fixed them.
    with psycopg.connect(seeded_year.url) as connection:
        results = connection.execute(
            "select r.position, r.nodes, c.told from read_results.counted c join read_results.result r"
            " using (agency, stream) where c.agency = 'bandung' and c.period = '2025-S1' and c.grouping = 'unit'"
            " and c.member = %s order by 1",
            (unit,),
        ).fetchall()
    for row in rows:
        name = row["measure"]
        behind = [at for at, nodes, told in results if name in told and nodes[name] == told[name]]
        assert row["events"] == behind[:20]
        assert row["further"] == sum(name in told for *_, told in results) - len(row["events"])
    assert any(len(row["events"]) >= 5 for row in rows)
    assert duties
    assert all(row["people"] >= 5 and row["people"] >= row["reported"] >= row["met"] for row in duties)
    shares = [Decimal(row["met"]) / row["people"] for row in duties]
    assert shares == sorted(shares)


def test_strengths_are_of_somebody(neraca: Neraca, seeded_year: Any) -> None:
    said = report(neraca, seeded_year, "strengths", "--agency", "bandung", "--period", "2025-S1")

    assert said.code == 2
    assert "say whose: --employee, or --unit, or --duties of a unit or of all" in said.err


def counted(year: Any, period: str, node: str) -> dict[str, tuple[str, int]]:
    """By employee, the policy and the value that counts in Bandung."""
    with psycopg.connect(year.url) as connection:
        rows = connection.execute(
            "select employee, policy_hash, told -> %(node)s from read_results.counted where agency = 'bandung'"
            " and period = %(period)s and told ? %(node)s and grouping = 'agency'",
            {"node": node, "period": period},
        ).fetchall()
    return {employee: (hash_, value) for employee, hash_, value in rows}


def median(values: list[int]) -> Decimal:
    ordered = sorted(values)
    return Decimal(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2_000_000


def test_before_and_after_tell_everybody_and_the_same_people(neraca: Neraca, seeded_year: Any) -> None:
    words = ("before-after", "--agency", "bandung", "--before", "2025-S1", "--after", "2025-S2")
    [rows] = report(neraca, seeded_year, *words, "--json").lines
    before, after = (counted(seeded_year, period, "") for period in ("2025-S1", "2025-S2"))
    both = sorted(before.keys() & after.keys())

    everybody, same = ([row for row in rows if row["whom"] == whom] for whom in ("EVERYBODY", "SAME_PEOPLE"))
    assert (len(everybody), len(same)) == (1, 1)
    for side, of in (("before", before), ("after", after)):
        assert everybody[0][side]["people"] == len(of)
        assert Decimal(everybody[0][side]["median"]) == median([value for _, value in of.values()])
        assert same[0][side]["people"] == len(both)
        assert Decimal(same[0][side]["median"]) == median([of[one][1] for one in both])
    assert len(both) < len(before)
    moved = [after[one][1] - before[one][1] for one in both]
    assert [same[0][name] for name in ("more", "fewer", "alike")] == [
        sum(one > 0 for one in moved),
        sum(one < 0 for one in moved),
        sum(one == 0 for one in moved),
    ]
    assert Decimal(same[0]["change"]) == Decimal(same[0]["after"]["median"]) - Decimal(same[0]["before"]["median"])
    trend = report(neraca, seeded_year, "trend", "--agency", "bandung", "--json").lines[0]
    assert {row["period"]: (row["people"], row["median"], row["mean"]) for row in trend if row["cycle"] != "year"} == {
        period: tuple(everybody[0][side][name] for name in ("people", "median", "mean"))
        for period, side in (("2025-S1", "before"), ("2025-S2", "after"))
    }
    header, *lines = report(neraca, seeded_year, *words, "--csv").out.splitlines()
    assert (header.split(",")[0], len(lines)) == ("whom", len(rows))


def test_before_and_after_of_a_unit_tell_its_surveys_and_predicates(neraca: Neraca, seeded_year: Any) -> None:
    words = ("before-after", "--agency", "bandung", "--before", "2025-S1", "--after", "2025-S2")
    with psycopg.connect(seeded_year.url) as connection:
        units = connection.execute("select distinct unit from read_results.result where agency = 'bandung'").fetchall()
    told = [row for (unit,) in units for row in report(neraca, seeded_year, *words, "--unit", unit, "--json").lines[0]]
    assert {row["measure"] for row in told if row["whom"] == "FACT"} == {"fact/capaian_iku_perangkat_daerah"}
    index = next(row for row in told if row["whom"] == "FACT")
    assert Decimal(index["change"]) == Decimal(index["after"]["mean"]) - Decimal(index["before"]["mean"])

    [rows] = report(neraca, seeded_year, *words, "--measure", "predicate", "--json").lines
    people = [sum(row[side]["people"] for row in rows) for side in ("before", "after")]
    assert people == [len(counted(seeded_year, period, "=")) for period in ("2025-S1", "2025-S2")]


def test_indicators_are_told_the_weakest_first_and_over_units(neraca: Neraca, seeded_year: Any) -> None:
    words = ("indicators", "--agency", "bandung", "--period", "2025-S1", "--below", "85")
    [rows] = report(neraca, seeded_year, *words, "--json").lines
    medians = [Decimal(row["median"]) for row in rows]
    assert len(rows) > 10
    assert medians == sorted(medians)
    for row in rows:
        values = [value for _, value in counted(seeded_year, "2025-S1", row["measure"]).values()]
        assert row["people"] == len(values) >= 5
        assert row["affected"] == sum(value < 85_000_000 for value in values)
    assert any(row["affected"] for row in rows)

    [units] = report(neraca, seeded_year, *words, "--measure", rows[0]["measure"], "--json").lines
    assert all(row["people"] >= 5 for row in units)
    assert [row["group"] for row in units]


def test_gajahmungkur_ranks_all_of_its_people_once_they_are_final(neraca: Neraca, seeded_year: Any) -> None:
    words = ("ranking", "--agency", "gajahmungkur", "--period", "2025")
    [groups] = report(neraca, seeded_year, *words, "--groups", "--json").lines
    [rows] = report(neraca, seeded_year, *words, "--json").lines
    with psycopg.connect(seeded_year.url) as connection:
        people = connection.execute(
            "select employee, score, status from read_scores.appraisal"
            " where agency = 'gajahmungkur' and period = '2025' and status <> 'cancelled'"
        ).fetchall()

    people = [(one, score, status) for one, score, status in people if status != "final" or score is not None]
    unfinished = sum(status != "final" for _, _, status in people)
    policy = "id.jateng.kota-semarang.gajahmungkur@1"
    whole = {"policy": policy, "within": "agency", "group": None, "people": len(people), "unfinished": unfinished}
    assert groups == [whole]
    places = (
        {one: 1 + sum(other > score for _, other, _ in people) for one, score, _ in people} if not unfinished else {}
    )
    assert {row["employee"]: row["place"] for row in rows} == places
    assert [row["place"] for row in rows] == sorted(places.values())
    assert report(neraca, seeded_year, "ranking", "--agency", "bandung", "--period", "2025", "--json").lines == [[]]
