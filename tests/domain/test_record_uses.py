"""Which policies use the record of a unit: by the period that it is of."""

from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import record_uses
from neraca.domain.command_rules import Rulebook
from neraca.domain.errors import Invalid
from neraca.domain.period import parse


@pytest.mark.parametrize(
    ("period", "cycle", "is_part"),
    [
        ("2025-Q1", "quarter", False),
        ("2025-01", "quarter", True),
        ("2025-01..02", "quarter", True),
        ("2025-02..03", "quarter", True),
        ("2025-03..04", "quarter", False),
        ("2025-Q2", "quarter", False),
        ("2025-S1", "quarter", False),
        ("2025-S1", "year", True),
        ("2025-02..12", "year", True),
        ("2025", "year", False),
        ("2025", "semester", False),
    ],
)
def test_a_part_is_some_months_of_one_period_of_the_cycle_and_not_all(period: str, cycle: str, is_part: bool) -> None:
    assert record_uses.part_of(parse(period), cycle) is is_part


@pytest.mark.parametrize(
    ("period", "cycle", "segments", "appraises"),
    [
        ("2025", "year", False, True),
        ("2025-S1", "year", False, False),
        ("2025-S1", "year", True, True),
        ("2025-Q1", "quarter", True, True),
        ("2025", "quarter", True, False),
    ],
)
def test_a_policy_appraises_the_periods_of_its_cycle_and_parts_where_it_joins_them(
    rules: Rulebook, period: str, cycle: str, segments: bool, appraises: bool
) -> None:
    book = replace(rules, cycle=cycle, segments=segments)
    assert record_uses.appraises(book, parse(period)) is appraises


@pytest.mark.parametrize(
    ("period", "changes", "appraises", "evaluates"),
    [
        ("2025", {}, False, False),
        ("2025", {"annual": True}, False, True),
        ("2025", {"judged_year": True}, True, True),
        ("2025-S1", {"annual": True}, False, False),
        ("2025-S1", {"judged_year": True}, False, False),
        ("2025-Q1", {"annual": True}, True, True),
        ("2025-Q1", {"judged_year": True}, True, True),
    ],
)
def test_a_year_over_quarters_is_put_together_or_appraised_as_the_policy_says(
    rules: Rulebook, period: str, changes: Any, appraises: bool, evaluates: bool
) -> None:
    book = replace(rules, cycle="quarter", **changes)
    assert record_uses.appraises(book, parse(period)) is appraises
    assert record_uses.evaluates(book, parse(period)) is evaluates
    assert record_uses.is_over_its_periods(book, parse(period)) is (period == "2025" and evaluates)


def test_what_a_year_uses_is_taken_for_it_where_it_comes_of_quarters(rules: Rulebook) -> None:
    quarter = replace(rules, cycle="quarter", annual=True)
    assert record_uses.readers(parse("2025"), [quarter], record_uses.evaluates) == [quarter]
    with pytest.raises(Invalid, match=r"appraise 2025-Q1, 2025-Q2, 2025-Q3, 2025-Q4$"):
        record_uses.readers(parse("2025"), [quarter])
    with pytest.raises(Invalid, match=r"appraise 2025, 2025-Q2, 2025-Q3$"):
        record_uses.readers(parse("2025-05..07"), [quarter], record_uses.evaluates)


def test_a_record_is_for_the_policies_that_appraise_its_period(rules: Rulebook) -> None:
    year, quarter = replace(rules, cycle="year"), replace(rules, cycle="quarter")
    assert record_uses.readers(parse("2025"), [year, quarter]) == [year]
    with pytest.raises(Invalid) as nobody:
        record_uses.readers(parse("2025-05..07"), [year, quarter, quarter])
    assert (nobody.value.message, nobody.value.field) == (
        "/period: nobody is appraised for 2025-05..07; the policies in force appraise 2025, 2025-Q2, 2025-Q3",
        "/period",
    )
    with pytest.raises(Invalid) as none:
        record_uses.readers(parse("2025"), [])
    assert (none.value.message, none.value.field) == (
        "/period: no policy is in force in 2025, so nothing could use it",
        "/period",
    )


@pytest.mark.parametrize(
    ("name", "elements", "refusal"),
    [
        ("ikm", ["u1", "u2", "u3"], None),
        ("ikm", ["u3", "u2", "u1"], None),
        ("ikn", ["u1"], ("/survey: the policies in force read no survey 'ikn'; did you mean 'ikm'?", "/survey")),
        ("ikm", ["u1", "v2"], ("/elements/1: survey 'ikm' has no element 'v2'; there are u1, u2, u3", "/elements/1")),
        ("ikm", ["u2"], ("/elements: without u1, u3 nothing could be scored; 'ikm' asks u1, u2, u3", "/elements")),
        ("lain", ["a"], None),
    ],
)
def test_a_survey_asks_what_all_policies_that_read_it_need_together(
    rules: Rulebook, name: str, elements: list[str], refusal: Any
) -> None:
    books = [
        replace(rules, surveys={"ikm": ("u1", "u2")}),
        replace(rules, surveys={"ikm": ("u2", "u3"), "lain": ("a",)}),
        replace(rules, surveys={}),
    ]
    said = None
    try:
        record_uses.survey(name, elements, books)
    except Invalid as refused:
        said = (refused.message, refused.field)
    assert said == refusal
