"""`neraca policy distribution` over a seeded year."""

from collections.abc import Callable
from typing import Any


def test_every_unit_is_told_and_small_ones_say_why_they_are_not_checked(
    neraca: Callable[..., Any], seeded_year: Any
) -> None:
    said = neraca("policy", "distribution", "--agency", "bandung", "--period", "2025-S2", DATABASE_URL=seeded_year.url)

    assert said.code == 0
    assert "not checked: fewer than 10 people: the rule does not bind so small a unit" in said.out
    assert said.out.endswith("units, 0 do not keep their curve\n")


def test_cohorts_are_told_by_appraiser(neraca: Callable[..., Any], seeded_year: Any) -> None:
    words = ("policy", "distribution", "--agency", "bandung", "--period", "2025-S2", "--appraisers")
    said = neraca(*words, DATABASE_URL=seeded_year.url)

    assert said.code == 0
    assert said.out.endswith("do not keep their curve\n")
    assert " cohort" in said.out.splitlines()[-1]


def test_json_has_a_unit_each_and_names_nobody(neraca: Callable[..., Any], seeded_year: Any) -> None:
    words = ("policy", "distribution", "--agency", "bandung", "--period", "2025-S2", "--json")
    said = neraca(*words, DATABASE_URL=seeded_year.url)

    (units,) = said.lines
    assert {"unit", "people", "unfinished", "organisation", "counts", "rebalancing", "why"} == set(units[0])
    assert "9999250000" not in said.out
