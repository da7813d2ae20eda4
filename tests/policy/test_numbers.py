"""Fixed-point numbers: every rounding at its ties, what is exact and what is refused, and how a number is written."""

from decimal import Decimal

import pytest

from neraca.domain.case import MICRO
from neraca.policy.numbers import DIVIDE, NotExact, Rounding, final, micro, printed, text

# a, b, and a / b by half_up, half_even, floor and ceil
DIVISIONS = [
    (0, 7, 0, 0, 0, 0),
    (6, 3, 2, 2, 2, 2),
    (7, 3, 2, 2, 2, 3),
    (8, 3, 3, 3, 2, 3),
    (1, 2, 1, 0, 0, 1),
    (3, 2, 2, 2, 1, 2),
    (5, 2, 3, 2, 2, 3),
    (-1, 2, -1, 0, -1, 0),
    (-3, 2, -2, -2, -2, -1),
    (-5, 2, -3, -2, -3, -2),
    (-7, 3, -2, -2, -3, -2),
    (-8, 3, -3, -3, -3, -2),
    (5, -2, -3, -2, -3, -2),
    (-5, -2, 3, 2, 2, 3),
    (7, -3, -2, -2, -3, -2),
    (-8, -3, 3, 3, 2, 3),
    (10**30 + 1, 2, 5 * 10**29 + 1, 5 * 10**29, 5 * 10**29, 5 * 10**29 + 1),
]


@pytest.mark.parametrize(("a", "b", "half_up", "half_even", "floor", "ceil"), DIVISIONS)
def test_a_division_by_every_rounding(a: int, b: int, half_up: int, half_even: int, floor: int, ceil: int) -> None:
    wanted = {"half_up": half_up, "half_even": half_even, "floor": floor, "ceil": ceil}

    assert {mode: divide(a, b) for mode, divide in DIVIDE.items()} == wanted


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("-0", 0),
        ("0.000001", 1),
        ("-0.000001", -1),
        ("60.10", 60_100_000),
        ("1.50000000", 1_500_000),
        ("100.0000000", 100 * MICRO),
        ("0E-8", 0),
        ("0E+3", 0),
        ("1.2E+3", 1200 * MICRO),
        ("1E+17", 10**23),
        ("999999999999999999", (10**18 - 1) * MICRO),
        ("-999999999999999999.999999", -(10**24 - 1)),
    ],
)
def test_a_number_of_six_decimals_is_exact(written: str, meant: int) -> None:
    assert micro(Decimal(written)) == meant


LONG = "0." + "1" * 38  # 40 signs
LONGER = "0." + "1" * 39


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0.0000001", "1E-7 has more than 6 decimals; round it where it is recorded"),
        ("-1.0000010", None),
        ("2.1234567", "2.1234567 has more than 6 decimals; round it where it is recorded"),
        ("-0.00000100001", "-0.00000100001 has more than 6 decimals; round it where it is recorded"),
        ("1E-30", "1E-30 has more than 6 decimals; round it where it is recorded"),
        (LONG, f"{LONG} has more than 6 decimals; round it where it is recorded"),
        (LONGER, f"{LONGER[:37]}... has more than 6 decimals; round it where it is recorded"),
        ("1E+18", "1E+18 is too large; numbers stay below 10^18"),
        ("-1000000000000000000", "-1000000000000000000 is too large; numbers stay below 10^18"),
        ("9" * 50, f"{'9' * 37}... is too large; numbers stay below 10^18"),
        ("NaN", "NaN is too large; numbers stay below 10^18"),
        ("-Infinity", "-Infinity is too large; numbers stay below 10^18"),
    ],
)
def test_any_other_number_is_refused_and_never_rounded(written: str, why: str | None) -> None:
    if why is None:
        assert micro(Decimal(written)) == -1_000_001
        return
    with pytest.raises(NotExact) as refusal:
        micro(Decimal(written))
    assert str(refusal.value) == why


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (1, "0.000001"), (-1, "-0.000001"), (2_500_000, "2.5"), (-500_000, "-0.5"), (100 * MICRO, "100")],
)
def test_a_number_is_written_as_short_as_it_goes(value: int, written: str) -> None:
    assert text(value) == written
    assert micro(Decimal(written)) == value


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (0, 2, "0.00"),
        (90 * MICRO, 2, "90.00"),
        (-500_000, 2, "-0.50"),
        (-10_000, 2, "-0.01"),
        (5_070_000, 2, "5.07"),
        (90 * MICRO, 0, "90"),
        (-MICRO, 0, "-1"),
        (-1, 6, "-0.000001"),
        (12_345_678, 6, "12.345678"),
        (12_300_000, 1, "12.3"),
    ],
)
def test_a_final_value_is_printed_with_all_its_places(value: int, places: int, written: str) -> None:
    assert printed(value, places) == written


@pytest.mark.parametrize(
    ("places", "mode", "value"),
    [
        (2, "half_up", 5_630_000),
        (2, "half_even", 5_620_000),
        (2, "ceil", 5_630_000),
        (1, "floor", 5_600_000),
        (0, "half_up", 6 * MICRO),
        (6, "half_up", 5_625_000),
    ],
)
def test_a_value_is_final_at_the_places_that_are_printed(places: int, mode: Rounding, value: int) -> None:
    assert final(5_625_000, places, mode) == value
