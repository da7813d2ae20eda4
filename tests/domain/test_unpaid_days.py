"""Which days go unpaid, what is paid of the others, and what an event touches that is recorded after the payment."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.assignments import Exemption, Tenure
from neraca.domain.attendance import AttendanceRecorded
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.period import parse
from neraca.domain.remuneration.later_events import LaterEvents
from neraca.domain.remuneration.unpaid_days import STOPS_PAY, UnpaidDays, counting, paid_part, unpaid_days
from neraca.domain.roster import EmployeeTransferred
from neraca.domain.vocabulary import ExemptionKind

FEBRUARY = parse("2026-02")
EVERY = counting(FEBRUARY, lambda day: True)
LEAVE = ExemptionKind.UNPAID_LEAVE


def tenure(*exemptions: Exemption, since: date = date(2020, 1, 1), retired: date | None = None) -> Tenure:
    return Tenure(since=since, retired=retired, exemptions=[*exemptions])


def test_each_kind_of_exemption_says_whether_it_stops_pay() -> None:
    assert STOPS_PAY.keys() == {*ExemptionKind}


def test_a_month_without_working_days_is_reckoned_by_all_of_them() -> None:
    assert len(counting(FEBRUARY, lambda day: False)) == 28
    assert counting(FEBRUARY, lambda day: day.day == 3) == (date(2026, 2, 3),)


def test_days_out_of_service_are_no_days_and_a_withdrawn_exemption_takes_none() -> None:
    """From the 15th in service, from the 22nd exempt."""
    leave = Exemption("SK 1", LEAVE, date(2026, 2, 22), None)
    found = unpaid_days(tenure(leave, since=date(2026, 2, 15)), EVERY, {"SK 1": [7], "SK 2": [9]})

    assert found == UnpaidDays(days=EVERY[14:], unpaid=7, decrees=("SK 1",), events=(7,))
    assert unpaid_days(tenure(Exemption("SK 1", LEAVE, date(2026, 2, 1), None, withdrawn=True)), EVERY, {}) is None
    whole = unpaid_days(tenure(leave, since=date(2026, 2, 22)), EVERY, {})
    assert paid_part(Decimal(5), whole) == 0


@given(st.integers(0, 10**9), st.integers(0, 27), st.integers(1, 28))
def test_what_is_paid_and_what_is_not_come_to_the_whole(whole: int, first: int, length: int) -> None:
    since = date(2026, 2, 1) + timedelta(days=first)
    leave = Exemption("SK", LEAVE, since, since + timedelta(days=length - 1))

    found = unpaid_days(tenure(leave), EVERY, {})

    assert found is not None
    assert found.unpaid == min(length, 28 - first)
    exact = Decimal(whole) * (28 - found.unpaid) / 28
    assert abs(paid_part(Decimal(whole), found) - exact) <= Decimal("0.5")
    assert paid_part(Decimal(whole), None) == whole


def test_half_a_rupiah_is_rounded_up() -> None:
    assert paid_part(Decimal(5), UnpaidDays(days=EVERY[:2], unpaid=1, decrees=(), events=())) == 3


@pytest.mark.parametrize(
    ("events", "pay", "credit"),
    [
        ([EmployeeExempted(kind=LEAVE, since=date(2026, 2, 28), decree="SK")], 1, 1),
        ([EmployeeExempted(kind=LEAVE, since=date(2026, 3, 1), decree="SK")], 0, 0),
        ([EmployeeExempted(kind=ExemptionKind.PRE_RETIREMENT_LEAVE, since=date(2026, 2, 1), decree="SK")], 0, 1),
        ([EmployeeTransferred(unit="a", since=date(2026, 2, 3), reason="r")], 0, 0),
        ([EmployeeTransferred(unit="a", since=date(2026, 2, 3), reason="r", position="Guru")], 1, 0),
        ([AttendanceRecorded(employee="a", month="2026-01", required_days=20)], 0, 0),
    ],
)
def test_an_event_touches_the_months_of_its_days(events: list[object], pay: int, credit: int) -> None:
    later = LaterEvents()
    for at, event in enumerate(events, start=1):
        later.apply(event, at)

    assert (later.pay(FEBRUARY, frozenset()), later.credit(FEBRUARY)) == (pay, credit)


def test_an_exemption_that_ends_otherwise_touches_the_days_between() -> None:
    later = LaterEvents()
    later.apply(EmployeeExempted(kind=LEAVE, since=date(2026, 1, 1), until=date(2026, 3, 31), decree="SK"), 1)
    later.apply(ExemptionEnded(decree="SK", until=date(2026, 2, 28), reason="r"), 2)
    assert (later.pay(FEBRUARY, frozenset()), later.pay(parse("2026-03"), frozenset())) == (1, 2)
    later.apply(ExemptionWithdrawn(decree="SK", reason="r"), 3)
    assert (later.pay(FEBRUARY, frozenset()), later.pay(parse("2026-03"), frozenset())) == (3, 2)


def test_attendance_touches_only_pay_that_asks_for_it() -> None:
    later = LaterEvents()
    later.apply(AttendanceRecorded(employee="a", month="2026-02", required_days=20), 5)

    assert later.pay(FEBRUARY, frozenset({"kali_terlambat"})) == 5
    assert later.pay(FEBRUARY, frozenset({"pagu_tpp"})) == 0
