"""When reports of each day of a year came, in two bytes a day, so that those of a whole city are read at once.

The number of a day is in which quarter of an hour the first report of it came, counted from the midnight before the
day (UTC); 0 is none. That is all that lateness asks for: whether something came by the end of a legal day, whose
midnight is on a quarter of an hour in every zone that is in use.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIDTH = 2
"""Bytes of a day, the higher first."""

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
MOST = 256**WIDTH - 1
"""Of reports that came almost two years later, and of those after them."""


def quarter(day: date, at: datetime) -> int:
    """The number of a report of a day that came at an instant."""
    return min(max(_quarters(day, at), 0) + 1, MOST)


def last_in_time(day: date, last: date, zone: ZoneInfo) -> int:
    """The highest number of a report of a day that came no later than on another, as a zone has it."""
    return min(_quarters(day, datetime.combine(last + _DAY, time(), zone)), MOST)


def _quarters(day: date, at: datetime) -> int:
    return (at - datetime.combine(day, time(), UTC) + _DAY) // _QUARTER


def nth(day: date) -> int:
    """Which day of its year it is, from 0."""
    return (day - day.replace(month=1, day=1)).days


def first_of(firsts: bytes, day: date) -> int:
    at = nth(day) * WIDTH
    return int.from_bytes(firsts[at : at + WIDTH], "big")


def with_first(firsts: bytes, day: date, number: int) -> bytes:
    """The same with another number for a day; as long as the last day needs."""
    at = nth(day) * WIDTH
    return firsts[:at].ljust(at, b"\0") + number.to_bytes(WIDTH, "big") + firsts[at + WIDTH :]


def added(firsts: bytes, later: Iterable[int], day: date, number: int) -> tuple[bytes, list[int]]:
    """The first of each day, and those of this day that came later, with one more report."""
    known = first_of(firsts, day)
    return _kept(firsts, day, [*later, number, *([known] if known else [])])


def removed(firsts: bytes, later: Iterable[int], day: date, number: int) -> tuple[bytes, list[int]]:
    """The same without a report that was counted."""
    every = [first_of(firsts, day), *later]
    every.remove(number)
    return _kept(firsts, day, every)


def _kept(firsts: bytes, day: date, every: list[int]) -> tuple[bytes, list[int]]:
    first, *later = sorted(every) or [0]
    return with_first(firsts, day, first), later
