"""Fixed-point numbers: an int of 10^-6, divided and rounded only where a policy names the point.

Every engine that follows these few lines prints the same digits; a float never would.
"""

from collections.abc import Callable
from decimal import Context, Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from neraca.domain.case import MICRO, Micro

Rounding: TypeAlias = Literal["half_up", "half_even", "floor", "ceil"]
Divide: TypeAlias = Callable[[int, int], int]
"""a / b rounded to an integer."""

PLACES = 6

_EXACTLY = Context(prec=40)
"""Room for the 24 digits of the largest number, whatever precision the calling thread has set."""


class NotExact(ValueError):
    """A number that six decimals can't hold, or one of absurd size."""


def half_up(a: int, b: int) -> int:
    """Ties go away from zero: 5.625 becomes 5.63 and -5.625 becomes -5.63."""
    if b < 0:
        a, b = -a, -b
    return (2 * a + b) // (2 * b) if a >= 0 else -((b - 2 * a) // (2 * b))


def half_even(a: int, b: int) -> int:
    if b < 0:
        a, b = -a, -b
    whole, rest = divmod(a, b)
    return whole + (2 * rest > b or (2 * rest == b and whole % 2 == 1))


def floor(a: int, b: int) -> int:
    return a // b


def ceil(a: int, b: int) -> int:
    return -(-a // b)


DIVIDE: dict[Rounding, Divide] = {"half_up": half_up, "half_even": half_even, "floor": floor, "ceil": ceil}


def micro(number: Decimal) -> Micro:
    """Exact, or NotExact: never rounded."""
    if not number.is_finite() or number.adjusted() > 17:
        raise NotExact(f"{_short(number)} is too large; numbers stay below 10^18")
    return _whole(number)


# The same few bounds and weights are asked for at every check and every step of every policy.
@lru_cache(4096)
def _whole(number: Decimal) -> Micro:
    whole = int(number.scaleb(PLACES, _EXACTLY))
    if Decimal(whole).scaleb(-PLACES, _EXACTLY) != number:
        raise NotExact(f"{_short(number)} has more than {PLACES} decimals; round it where it is recorded")
    return whole


def _short(number: Decimal) -> str:
    said = str(number)
    return said if len(said) <= 40 else f"{said[:37]}..."


def text(value: Micro) -> str:
    """As short as it goes: 2.5 for 2500000."""
    whole, rest = divmod(abs(value), MICRO)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def final(value: Micro, places: int, mode: Rounding) -> Micro:
    """Rounded to the places that are printed, still in micro."""
    unit = 10 ** (PLACES - places)
    return DIVIDE[mode](value, unit) * unit


def printed(value: Micro, places: int) -> str:
    """A final value with all its places: 90.00."""
    scaled = abs(value) // 10 ** (PLACES - places)
    sign = "-" if value < 0 else ""
    if places == 0:
        return f"{sign}{scaled}"
    whole, rest = divmod(scaled, 10**places)
    return f"{sign}{whole}.{rest:0{places}d}"
