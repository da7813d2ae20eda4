"""How far a number can go, and what a cap leaves of that."""

import pytest
from msgspec import Struct

from neraca.policy.interval import ANYWHERE, Interval, hull

M = 1_000_000


class Cap(Struct, frozen=True):
    low: int | None = None
    high: int | None = None


@pytest.mark.parametrize(
    ("interval", "cap", "left"),
    [
        (Interval(1, 9), None, Interval(1, 9)),
        (Interval(1, 9), Cap(), Interval(1, 9)),
        (Interval(1, 9), Cap(3), Interval(3, 9)),
        (Interval(1, 9), Cap(None, 5), Interval(1, 5)),
        (Interval(1, 9), Cap(3, 5), Interval(3, 5)),
        (Interval(1, 9), Cap(0, 10), Interval(1, 9)),
        # All of it lies outside: it is brought to the bound.
        (Interval(1, 9), Cap(20), Interval(20, 20)),
        (Interval(1, 9), Cap(None, -20), Interval(-20, -20)),
        (ANYWHERE, Cap(3), Interval(3, None)),
        (ANYWHERE, Cap(None, 5), Interval(None, 5)),
        (ANYWHERE, Cap(3, 5), Interval(3, 5)),
        (Interval(None, 9), Cap(3), Interval(3, 9)),
        (Interval(None, 9), Cap(None, 5), Interval(None, 5)),
        (Interval(1, None), Cap(3), Interval(3, None)),
        (Interval(1, None), Cap(None, 5), Interval(1, 5)),
        (Interval(1, 9, lacking=False), Cap(3), Interval(3, 9, lacking=False)),
    ],
)
def test_a_cap_leaves_of_an_interval_what_lies_within(interval: Interval, cap: Cap | None, left: Interval) -> None:
    assert interval.within(cap) == left


@pytest.mark.parametrize(
    ("interval", "most", "words"),
    [
        (Interval(-2 * M, M), 2 * M, "from -2 to 1"),
        (Interval(-M, 3 * M), 3 * M, "from -1 to 3"),
        (Interval(0, 0), 0, "from 0 to 0"),
        (Interval(M // 2), None, "from 0.5 up"),
        (Interval(None, M), None, "up to 1"),
        (ANYWHERE, None, "anywhere"),
    ],
)
def test_an_interval_has_a_greatest_magnitude_and_words(interval: Interval, most: int | None, words: str) -> None:
    assert (interval.most, interval.words()) == (most, words)


def test_the_hull_of_values_is_the_narrowest_that_holds_them() -> None:
    assert hull(iter([3, 1, 2])) == Interval(1, 3, lacking=True)
    assert hull([5]) == Interval(5, 5)
    assert hull([]) == Interval(None, None, lacking=True)
