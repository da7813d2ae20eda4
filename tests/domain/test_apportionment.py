"""What each has of a whole: nothing is lost or counted twice, and nobody's part hangs on who is asked first."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.programme.apportionment import mean, part_within, shared_out, weight
from neraca.domain.programme.events import Counting, Stretch
from neraca.domain.programme.member_facts import FactOfProgrammes, MemberFact, MemberFacts, Told, counts_in, summed

WEIGHTS = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 366_000_000), min_size=1, max_size=9)
JAN, DEC = date(2025, 1, 1), date(2025, 12, 31)
QUARTER = (date(2025, 1, 1), date(2025, 3, 31))


@given(st.integers(-(10**18), 10**18), WEIGHTS)
def test_the_parts_add_up_to_the_whole_and_each_is_within_one_of_its_due(whole: int, weights: dict[str, int]) -> None:
    parts, total = shared_out(whole, weights), sum(weights.values())

    assert sum(parts.values()) == whole
    assert all(abs(parts[name] * total - whole * of) < total for name, of in weights.items())
    assert shared_out(whole, dict(sorted(weights.items(), reverse=True))) == parts


@given(st.integers(0, 10**12), st.lists(st.integers(0, 364), min_size=1, max_size=5, unique=True))
def test_what_somebody_has_of_parts_of_a_year_adds_up_to_the_year(had: int, cuts: list[int]) -> None:
    stretches = [
        Stretch(date(2025, 2, 3), date(2025, 6, 30), Decimal("0.3")),
        Stretch(date(2025, 7, 1), date(2025, 11, 5), Decimal("0.7")),
    ]
    firsts = sorted({JAN, *(JAN + timedelta(days=n) for n in cuts)})
    lasts = [*(one - timedelta(days=1) for one in firsts[1:]), DEC]

    assert sum(part_within(had, stretches, *span) for span in zip(firsts, lasts, strict=True)) == had


def test_of_remainders_alike_the_smaller_number_has_the_millionth() -> None:
    assert shared_out(100, {"b": 1, "a": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert shared_out(-100, {"b": 1, "a": 1, "c": 1}) == {"a": -34, "b": -33, "c": -33}
    with pytest.raises(ValueError, match="nobody has a weight"):
        shared_out(100, {})


def test_a_rate_of_one_comes_out_as_it_was_said_and_of_several_rounded_once() -> None:
    assert mean([(333_333, 7)]) == 333_333
    assert mean([(1, 1), (2, 1)]) == 2
    assert mean([(80_000_000, 3), (90_000_000, 1)]) == 82_500_000


def told(programme: str, counting: Counting, value: int, share: str, position: int, period: str = "2025-Q1") -> Told:
    stretch = Stretch(*QUARTER, Decimal(share))
    facts = [MemberFact("x", counting, value, [position - 1])]
    return Told(position, MemberFacts(programme, period, [stretch], facts, divisible=True))


def test_two_programmes_that_tell_one_fact_are_added_or_averaged_by_what_they_had_of_the_person() -> None:
    rates = [told("a", Counting.COMMON, 80_000_000, "0.75", 5), told("b", Counting.COMMON, 90_000_000, "0.25", 9)]
    assert summed(rates, *QUARTER) == {"x": FactOfProgrammes(82_500_000, [4, 5, 8, 9])}
    amounts = [told("a", Counting.SHARED, 7, "0.75", 5), told("b", Counting.SHARED, 11, "0.25", 9)]
    assert summed(amounts, *QUARTER) == {"x": FactOfProgrammes(18, [4, 5, 8, 9])}


def test_a_period_counts_in_the_appraisal_of_the_same_days_or_of_a_part_of_them() -> None:
    half = (date(2025, 1, 1), date(2025, 6, 30))
    for divisible in (False, True):
        assert counts_in("2025-Q1", *QUARTER, divisible=divisible)
        assert not counts_in("2025-Q2", *QUARTER, divisible=divisible)
        assert not counts_in("2025-Q1", *half, divisible=divisible)
        # A half is a part of the year where that is what people are appraised for, and a period of its own elsewhere.
        assert counts_in("2025", *half, divisible=divisible) is divisible


def test_of_a_part_of_the_period_a_quantity_counts_by_its_days_and_a_rate_whole() -> None:
    part = (date(2025, 1, 1), date(2025, 2, 28))
    assert summed([told("a", Counting.SHARED, 90, "1", 5)], *part)["x"].value == 59
    assert summed([told("a", Counting.COMMON, 90, "1", 5)], *part)["x"].value == 90
    # Of whom no day lies in it nothing is told.
    none = Told(5, MemberFacts("a", "2025-Q1", [], []))
    later = Told(6, MemberFacts("b", "2025-Q1", [Stretch(date(2025, 3, 1), date(2025, 3, 31), Decimal(1))], []))
    assert summed([none, later], *part) == {}


def test_of_several_periods_of_one_programme_the_nearest_counts() -> None:
    both = [
        told("a", Counting.COMMON, 1, "1", 5, "2025-01..04"),
        told("a", Counting.COMMON, 2, "1", 9, "2025-01..02"),
        told("a", Counting.COMMON, 3, "1", 11, "2025-S1"),
    ]
    assert summed(both, date(2025, 1, 1), date(2025, 2, 28)) == {"x": FactOfProgrammes(2, [8, 9])}


def test_weight_is_share_times_days() -> None:
    assert weight([Stretch(*QUARTER, Decimal("0.5"))]) == 45_000_000
