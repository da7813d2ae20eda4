"""Exact int64 arithmetic on columns: each operation stays within a bound, or leaves the row to Python ints.

Division keeps quotient and remainder, so that no doubling can overflow where a policy rounds.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from neraca.domain.case import MICRO
from neraca.policy.numbers import DIVIDE, Divide, ceil, floor, half_even, half_up

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int32]

INT64 = 2**63 - 1
MOST = 2**62
"""What a column may hold: two of it still add up."""

PERCENT = 100 * MICRO
"""What a quotient is multiplied by to be a percentage in micro."""

_DIGITS = 8  # of PERCENT


def most(x: Ints) -> int:
    """The largest magnitude."""
    return max(int(x.max()), -int(x.min())) if x.size else 0


class Fallback:
    """The rows of one evaluation that are left to Python ints; `counts` are those a place of the plan was first to
    leave, `long` the places that took long division.
    """

    def __init__(self, size: int) -> None:
        self.rows: Bools = np.zeros(size, np.bool_)
        self.counts: dict[str, int] = {}
        self.long: set[str] = set()

    def leave(self, rows: Bools, path: str) -> None:
        new = rows & ~self.rows
        self.rows |= new
        self.count(path, int(np.count_nonzero(new)))

    def count(self, path: str, rows: int) -> None:
        """Notes how many rows took Python ints at this place."""
        if rows:
            self.counts[path] = self.counts.get(path, 0) + rows

    def leave_few(self, rows: Ints, path: str) -> None:
        if rows.size:
            marked: Bools = np.zeros(self.rows.size, np.bool_)
            marked[rows] = True
            self.leave(marked, path)

    def within(self, x: Ints, limit: int, path: str) -> Ints:
        """`x`, with 0 in place of what exceeds the limit; those rows are left."""
        if limit >= INT64 or most(x) <= limit:
            return x
        beyond: Bools = (x > limit) | (x < -limit)
        self.leave(beyond, path)
        return np.where(beyond, np.int64(0), x)

    def scaled(self, x: Ints, by: int, path: str) -> Ints:
        """`by` times a column; rows that a column can't hold then are left."""
        return x if by == 1 else self.within(x, MOST // by, path) * by

    def percent(self, a: Ints, b: Ints, divide: Divide, path: str) -> Ints:
        """100 x a / b in micro, where every b is above 0. Long division where the product would not fit."""
        if most(a) <= INT64 // PERCENT:
            return divided(a * PERCENT, b, divide)
        self.long.add(path)
        common = np.gcd(a, b)
        a, b = a // common, b // common
        b = np.where((wide := b > INT64 // 10), np.int64(1), b)
        if wide.any():
            self.leave(wide, path)
        whole = a // b
        rest = a - whole * b
        # Less one: what the digits come to, and rounding, may make one more of it.
        whole = self.within(whole, INT64 // PERCENT - 1, path)
        # As many digits at a time as the divisor leaves room for.
        step = next(digits for digits in (8, 4, 2, 1) if int(b.max()) <= INT64 // 10**digits)
        for _ in range(_DIGITS // step):
            rest = rest * 10**step
            digit = rest // b
            rest -= digit * b
            whole = whole * 10**step + digit
        return whole + goes_up(whole, rest, b, a >= 0, divide)


def divided(a: Ints, b: Ints | int, divide: Divide) -> Ints:
    """a / b rounded as `divide` does it; no b is 0."""
    if not a.size:
        return a
    least = int(a.min())
    if isinstance(b, int):
        if b < 0:
            a, b = -a, -b
            least = int(a.min())
        largest = b
    elif int(b.min()) < 0:
        a, b = np.where(b < 0, -a, a), np.abs(b)
        least, largest = int(a.min()), int(b.max())
    else:
        largest = int(b.max())
    if largest == 1:
        return a
    if divide is half_up and least >= 0 and int(a.max()) <= INT64 - largest:
        return (a + (b >> 1)) // b
    whole = a // b
    if divide is floor:
        return whole
    rest = a - whole * b  # near the edge of int64 the product may wrap, and the difference wraps back
    return whole + goes_up(whole, rest, b, a >= 0, divide)


def goes_up(whole: Ints, rest: Ints, b: Ints | int, upward: Bools, divide: Divide) -> Bools:
    """Whether floor and a rest (0 <= rest < b) round to the next integer. `upward` is where a tie goes up half up.

    Raises KeyError for a division that is no rounding of policies.
    """
    return _GOES_UP[divide](whole, rest, b, upward)


def _half_up(whole: Ints, rest: Ints, b: Ints | int, upward: Bools) -> Bools:
    other = b - rest
    return (rest > other) | ((rest == other) & upward)


def _half_even(whole: Ints, rest: Ints, b: Ints | int, upward: Bools) -> Bools:
    other = b - rest
    return (rest > other) | ((rest == other) & (whole % 2 == 1))


def _floor(whole: Ints, rest: Ints, b: Ints | int, upward: Bools) -> Bools:
    return np.zeros(whole.size, np.bool_)


def _ceil(whole: Ints, rest: Ints, b: Ints | int, upward: Bools) -> Bools:
    return rest > 0


_GOES_UP: dict[Divide, Callable[[Ints, Ints, Ints | int, Bools], Bools]] = {
    half_up: _half_up,
    half_even: _half_even,
    floor: _floor,
    ceil: _ceil,
}

# A mode that policies may name and this engine does not know must stop the program when it loads: rounded by any other
# mode, a city would get wrong digits and nobody would notice.
if unknown := [mode for mode, divide in DIVIDE.items() if divide not in _GOES_UP]:
    raise ImportError(f"the vectorised engine does not know how to round {', '.join(unknown)}: add them to _GOES_UP")
