"""Legal periods: 14 working days to object and 7 to decide (PermenPANRB 6/2022), 14 days (PP 30/2019)."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from neraca.domain.agency import Agency, Reporting, days_before, deadline, is_working_day, working_days
from neraca.domain.command_rules import TimeLimit

OBJECT = TimeLimit(days=14, working=True)
DECIDE = TimeLimit(days=7, working=True)


@pytest.fixture
def agency() -> Agency:
    """Eid al-Fitr of 2025 as the newspapers printed it: no work from Friday 28 March to Monday 7 April."""
    eid = {date(2025, 3, 28): "Nyepi (cuti bersama)", date(2025, 3, 29): "Nyepi", date(2025, 3, 31): "Idulfitri"}
    eid |= {date(2025, 4, day): "Idulfitri" for day in (1, 2, 3, 4, 7)}
    return Agency(
        schema="neraca-agency/1",
        id="surabaya",
        name={"id": "Surabaya"},
        kind="city",
        time_zone="Asia/Jakarta",
        languages=("id",),
        stage="demonstration",
        units={},
        working_week=("mon", "tue", "wed", "thu", "fri"),
        holidays=eid,
        reporting=Reporting(cadence="monthly"),
        policies=(),
    )


def test_the_fourteenth_working_day_is_the_last_to_object(agency: Agency):
    received = date(2025, 3, 17)

    last = deadline(agency, received, OBJECT)

    assert last == date(2025, 4, 15)
    assert working_days(agency, date(2025, 3, 18), last) == 14
    assert working_days(agency, date(2025, 3, 18), date(2025, 4, 16)) == 15


def test_the_seventh_working_day_is_the_last_to_decide(agency: Agency):
    received = date(2025, 3, 25)

    last = deadline(agency, received, DECIDE)

    assert last == date(2025, 4, 14)
    assert working_days(agency, date(2025, 3, 26), last) == 7
    assert working_days(agency, date(2025, 3, 26), date(2025, 4, 15)) == 8


def test_what_is_received_on_a_holiday_counts_from_the_next_working_day(agency: Agency):
    assert deadline(agency, date(2025, 3, 30), TimeLimit(days=1, working=True)) == date(2025, 4, 8)
    assert deadline(agency, date(2025, 4, 7), TimeLimit(days=1, working=True)) == date(2025, 4, 8)


def test_calendar_days_run_through_holidays(agency: Agency):
    assert deadline(agency, date(2025, 3, 17), TimeLimit(days=14, working=False)) == date(2025, 3, 31)


def test_a_period_of_no_days_ends_where_it_starts(agency: Agency):
    assert deadline(agency, date(2025, 3, 30), TimeLimit(days=0, working=True)) == date(2025, 3, 30)


def test_holidays_and_weekends_are_not_working_days(agency: Agency):
    assert is_working_day(agency, date(2025, 3, 27))
    assert not is_working_day(agency, date(2025, 3, 28))
    assert not is_working_day(agency, date(2025, 4, 5))
    assert working_days(agency, date(2025, 3, 28), date(2025, 4, 7)) == 0
    assert working_days(agency, date(2025, 4, 8), date(2025, 4, 7)) == 0


def test_a_period_that_ends_on_a_day_begins_on_the_latest_from_which_it_does(agency: Agency):
    for last in (date(2025, 3, 1) + timedelta(days=n) for n in range(60)):
        for span in (TimeLimit(days, working=working) for days in (1, 3, 7) for working in (False, True)):
            first = days_before(agency, last, span)

            assert deadline(agency, first, span) <= last < deadline(agency, first + timedelta(days=1), span)


def test_a_week_without_working_days_has_no_deadline_in_them(agency: Agency):
    idle = replace(agency, working_week=())

    assert working_days(idle, date(2025, 3, 1), date(2025, 3, 31)) == 0
    assert deadline(idle, date(2025, 3, 17), TimeLimit(days=14, working=False)) == date(2025, 3, 31)
    with pytest.raises(ValueError, match="surabaya: a week without working days has no deadline; name some"):
        deadline(idle, date(2025, 3, 17), OBJECT)


@pytest.mark.parametrize(
    ("week", "working"),
    [
        (("mon", "tue", "wed", "thu", "fri"), [14, 15, 16, 17, 18]),
        (("mon", "tue", "wed", "thu", "fri", "sat"), [14, 15, 16, 17, 18, 19]),
        (("sun", "sat"), [19, 20]),
        *(((name,), [at]) for at, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 14)),
    ],
)
def test_each_day_of_the_week_is_told_by_its_name(agency: Agency, week, working):
    """The 14th of July 2025 was a Monday."""
    weekly = replace(agency, working_week=week)

    assert [day for day in range(14, 21) if is_working_day(weekly, date(2025, 7, day))] == working


def test_both_ends_of_a_span_of_days_are_counted(agency: Agency):
    monday, friday, sunday = date(2025, 7, 14), date(2025, 7, 18), date(2025, 7, 20)

    assert [working_days(agency, monday, day) for day in (monday, friday, sunday)] == [1, 5, 5]
    assert [working_days(agency, day, friday) for day in (friday, date(2025, 7, 17))] == [1, 2]
    assert working_days(agency, sunday, monday) == 0


def test_the_day_it_starts_from_does_not_count(agency: Agency):
    monday = date(2025, 7, 14)

    for days, working, last in ((1, True, 15), (5, True, 21), (1, False, 15), (7, False, 21), (0, False, 14)):
        assert deadline(agency, monday, TimeLimit(days=days, working=working)) == date(2025, 7, last)
