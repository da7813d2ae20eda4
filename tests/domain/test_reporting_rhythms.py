"""In which rhythm progress is documented (PermenPANRB 6/2022 ps 16), and of which stretches a report is then due."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.period import of_year
from neraca.domain.reporting_rhythms import Cadence, Stretch, stretches


def every_day(day: date) -> bool:
    return True


def workdays(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("cadence", "first", "last", "expected"),
    [
        ("daily", date(2025, 1, 1), date(2025, 3, 31), []),
        ("weekly", date(2025, 3, 1), date(2025, 3, 23), ["03-03..09", "03-10..16", "03-17..23"]),
        ("weekly", date(2025, 3, 5), date(2025, 3, 14), ["03-05..09", "03-10..14"]),
        ("weekly", date(2025, 6, 23), date(2025, 6, 30), ["06-23..29", "06-30..30"]),
        ("weekly", date(2025, 2, 24), date(2025, 3, 2), ["02-24..02"]),
        ("weekly", date(2025, 11, 24), date(2025, 11, 30), ["11-24..30"]),
        ("monthly", date(2025, 1, 1), date(2025, 3, 31), ["01-01..31", "02-01..28", "03-01..31"]),
        ("quarterly", date(2025, 2, 1), date(2025, 3, 31), ["02-01..31"]),
        ("half-yearly", date(2025, 1, 1), date(2025, 3, 31), []),
        ("half-yearly", date(2025, 4, 1), date(2025, 6, 30), ["04-01..30"]),
        ("yearly", date(2025, 10, 1), date(2025, 12, 31), ["10-01..31"]),
    ],
)
def test_a_stretch_is_of_the_period_in_which_it_ends_and_a_week_is_cut_there(
    cadence: Cadence, first: date, last: date, expected: list[str]
) -> None:
    """And begins no earlier than that: the weekend of 1 and 2 March 2025 is no week of work."""
    found = stretches(cadence, first, last, workdays)
    assert [f"{one.since:%m-%d}..{one.last:%d}" for one in found] == expected


def test_days_without_work_want_no_report() -> None:
    """The whole week of Idulfitri and its joint leave."""
    off = {date(2025, 3, 31) + timedelta(days=n) for n in range(7)}

    def works(day: date) -> bool:
        return workdays(day) and day not in off

    found = stretches("weekly", date(2025, 3, 24), date(2025, 4, 13), works)
    assert found == [Stretch(date(2025, 3, 24), date(2025, 3, 30)), Stretch(date(2025, 4, 7), date(2025, 4, 13))]


@pytest.mark.parametrize("cycle", ["month", "quarter", "semester", "year"])
def test_each_day_of_work_is_in_one_week_of_one_period(cycle: str) -> None:
    """Also the days that end a month or a year in the middle of a week."""
    periods = [one for year in range(2024, 2031) for one in of_year(year, cycle)]
    found = [day for one in periods for week in stretches("weekly", one.starts, one.ends, workdays) for day in of(week)]
    first, last = periods[0].starts, periods[-1].ends
    assert [day for day in found if workdays(day)] == [day for day in of(Stretch(first, last)) if workdays(day)]
    assert len(found) == len({*found})


def of(stretch: Stretch) -> list[date]:
    return [stretch.since + timedelta(days=n) for n in range((stretch.last - stretch.since).days + 1)]


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(
    cadence=st.sampled_from(get_args(Cadence)),
    first=DAYS,
    length=st.integers(0, 400),
    works=st.sampled_from([every_day, workdays]),
)
def test_stretches_lie_in_order_within_the_days_and_leave_no_day_of_work_between(
    cadence: Cadence, first: date, length: int, works: Callable[[date], bool]
) -> None:
    last = first + timedelta(days=length)
    found = stretches(cadence, first, last, works)
    wanted = [first, *(one.last + timedelta(days=1) for one in found)]
    for one, since in zip(found, wanted, strict=False):
        assert first <= one.since <= one.last <= last
        between = [since + timedelta(days=n) for n in range((one.since - since).days)]
        assert not [day for day in between if works(day)]
    if cadence == "weekly":
        rest = Stretch(wanted[-1], last)
        assert not [day for day in of(rest) if works(day)]
