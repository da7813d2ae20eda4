"""Labels of periods: one name for each span of whole months."""

from datetime import date

import pytest

from neraca.domain.period import PART, cut, meeting, of_months, parse


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
