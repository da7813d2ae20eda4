"""Labels of periods: one name for each span of whole months."""

import itertools
from datetime import date

import pytest

from neraca.domain.period import PART, Period, containing, cut, following, meeting, of_months, of_year, parse


@pytest.mark.parametrize(
    ("label", "starts", "ends", "months", "cycle"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31), 12, "year"),
        ("2025-S2", date(2025, 7, 1), date(2025, 12, 31), 6, "semester"),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), 3, "quarter"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1, "month"),
        ("2025-01..05", date(2025, 1, 1), date(2025, 5, 31), 5, PART),
        ("2025-06..12", date(2025, 6, 1), date(2025, 12, 31), 7, PART),
        ("2025-02..04", date(2025, 2, 1), date(2025, 4, 30), 3, PART),
    ],
)
def test_a_label_is_days_and_whole_months(label, starts, ends, months, cycle):
    period = parse(label)

    assert (period.starts, period.ends, period.months, period.cycle) == (starts, ends, months, cycle)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2025-01..06", "called 2025-S1"),
        ("2025-01..12", "called 2025"),
        ("2025-04..06", "called 2025-Q2"),
        ("2025-05..05", "called 2025-05"),
        ("2025-05..03", "ends before it begins"),
        ("2025-05..13", "write 2025, 2025-S1"),
        ("2025-S1..05", "write 2025, 2025-S1"),
        ("2025-00..05", "write 2025, 2025-S1"),
    ],
)
def test_a_period_has_one_name_only(label, words):
    with pytest.raises(ValueError, match=words):
        parse(label)


def test_every_span_of_months_is_read_back_by_its_name():
    every = [of_months(2025, first, last) for first in range(1, 13) for last in range(first, 13)]

    assert len({one.label for one in every}) == 78
    assert [parse(one.label) for one in every] == every


def test_who_shares_days_with_a_period():
    assert {one.label for one in meeting(parse("2025"))} >= {"2025", "2025-S1", "2025-12", "2025-01..05"}
    with_june = {one.label for one in meeting(parse("2025-06"))}
    assert {"2025", "2025-S1", "2025-Q2", "2025-06", "2025-06..12"} <= with_june
    assert not with_june & {"2025-S2", "2025-01..05", "2025-Q1"}


@pytest.mark.parametrize(
    ("label", "months", "parts"),
    [
        ("2025", [7], ["2025-S1", "2025-S2"]),
        ("2025", [6], ["2025-01..05", "2025-06..12"]),
        ("2025", [10, 4], ["2025-Q1", "2025-04..09", "2025-Q4"]),
        ("2025-S2", [8], ["2025-07", "2025-08..12"]),
        ("2025", [], ["2025"]),
    ],
)
def test_a_period_is_cut_at_firsts_of_months(label, months, parts):
    assert [one.label for one in cut(parse(label), [date(2025, month, 1) for month in months])] == parts


EVERY_LABEL = {
    "year": ["2025"],
    "semester": ["2025-S1", "2025-S2"],
    "quarter": ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"],
    "month": [f"2025-{month:02}" for month in range(1, 13)],
}


@pytest.mark.parametrize("cycle", EVERY_LABEL)
def test_the_periods_of_a_cycle_fill_the_year_one_after_the_other(cycle):
    periods = of_year(2025, cycle)

    assert [period.label for period in periods] == EVERY_LABEL[cycle]
    assert {period.cycle for period in periods} == {cycle}
    assert (periods[0].starts, periods[-1].ends) == (date(2025, 1, 1), date(2025, 12, 31))
    for before, after in itertools.pairwise(periods):
        assert (after.starts - before.ends).days == 1
        assert following(before) == after
    assert following(periods[-1]).starts == date(2026, 1, 1)
    assert following(periods[-1]).cycle == cycle
    for period in periods:
        assert containing(period.starts, cycle) == containing(period.ends, cycle) == period


@pytest.mark.parametrize(
    ("day", "cycle", "label"),
    [
        (date(2025, 6, 30), "semester", "2025-S1"),
        (date(2025, 7, 1), "semester", "2025-S2"),
        (date(2025, 9, 30), "quarter", "2025-Q3"),
        (date(2025, 10, 1), "quarter", "2025-Q4"),
        (date(2024, 2, 29), "month", "2024-02"),
        (date(2024, 12, 31), "year", "2024"),
    ],
)
def test_a_day_lies_in_one_period_of_a_cycle(day, cycle, label):
    assert containing(day, cycle).label == label


def test_a_period_holds_its_first_and_last_day():
    quarter = parse("2025-Q2")

    days = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 5, 5), date(2025, 6, 30), date(2025, 7, 1)]
    assert [quarter.holds(day) for day in days] == [False, True, True, True, False]


def test_periods_meet_where_they_share_a_day():
    others = ("2025-Q1", "2025-03", "2025-04", "2025-06", "2025-07", "2025", "2025-05..12", "2024", "2025-02..04")
    met = [label for label in others if parse("2025-Q2").meets(parse(label))]

    assert met == ["2025-04", "2025-06", "2025", "2025-05..12", "2025-02..04"]
    assert {one.label for one in meeting(parse("2025-12"))} == {
        "2025",
        "2025-S2",
        "2025-Q4",
        "2025-12",
        *(f"2025-{month:02}..12" for month in (2, 3, 4, 5, 6, 8, 9, 11)),
    }


def test_every_label_is_its_days():
    """Each month by itself, and the parts of a year at the ends of months of 28, 29, 30 and 31 days."""
    lasts = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for month, last in enumerate(lasts, 1):
        label = f"2025-{month:02}"
        assert parse(label) == Period(label, date(2025, month, 1), date(2025, month, last), "month")
    assert parse("2024-01..02") == Period("2024-01..02", date(2024, 1, 1), date(2024, 2, 29), "part")
    assert parse("0999-02..03") == of_months(999, 2, 3)


def test_what_is_no_label_is_told_in_whole_words():
    said = {}
    for label in ("2025-01..06", "2025-12..11", "2025-13", "2025-S3", "2025-Q5", "2025-Q0", "25", "2025 ", "x2025", ""):
        with pytest.raises(ValueError, match="no period") as refused:
            parse(label)
        said[label] = str(refused.value)

    write = ": write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05"
    assert said == {
        "2025-01..06": "no period '2025-01..06': those months are called 2025-S1",
        "2025-12..11": "no period '2025-12..11': it ends before it begins",
        **{
            label: f"no period '{label}'{write}"
            for label in ("2025-13", "2025-S3", "2025-Q5", "2025-Q0", "25", "2025 ", "x2025", "")
        },
    }


def test_a_cut_at_the_first_day_is_none_and_one_twice_is_one():
    semester = parse("2025-S2")

    for months, labels in (
        ([7], ["2025-S2"]),
        ([10, 10], ["2025-Q3", "2025-Q4"]),
        ([8, 9, 12], ["2025-07", "2025-08", "2025-09..11", "2025-12"]),
    ):
        assert [part.label for part in cut(semester, [date(2025, month, 1) for month in months])] == labels
