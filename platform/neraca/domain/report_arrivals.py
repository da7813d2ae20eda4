"""When reports of each day of a year came, in a few bytes a day, so that those of a whole city are read at once.

The number of a day is in which quarter of an hour the first report of it came, counted from the midnight before the
day (UTC); 0 is none. That is all that lateness asks for: whether something came by the end of a legal day, whose
midnight is on a quarter of an hour in every zone that is in use.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from struct import Struct as Packed
from typing import NamedTuple
from zoneinfo import ZoneInfo

WIDTH = 2
"""Bytes of a number, the higher first."""

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
_PAIR = Packed(">HH")
MOST = 256**WIDTH - 1
"""Of reports that came almost two years later, and of those after them."""


class Shape(NamedTuple):
    """How the numbers of days are kept."""

    first_of: Callable[[bytes, date], int]
    with_first: Callable[[bytes, date, int], bytes]


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


def _in_line(line: bytes, day: date) -> int:
    at = nth(day) * WIDTH
    return int.from_bytes(line[at : at + WIDTH], "big")


def _with_line(line: bytes, day: date, number: int) -> bytes:
    at = nth(day) * WIDTH
    return line[:at].ljust(at, b"\0") + number.to_bytes(WIDTH, "big") + line[at + WIDTH :]


def _in_pairs(pairs: bytes, day: date) -> int:
    return dict(_PAIR.iter_unpack(pairs)).get(nth(day), 0)


def _with_pair(pairs: bytes, day: date, number: int) -> bytes:
    known = dict(_PAIR.iter_unpack(pairs)) | {nth(day): number}
    return b"".join(_PAIR.pack(*pair) for pair in sorted(known.items()) if pair[1])


LINE = Shape(_in_line, _with_line)
"""The number of each day of the year, as long as the last day needs: for what is reported of every day."""

PAIRS = Shape(_in_pairs, _with_pair)
"""Which day it is and its number, of those days alone that have one, the earliest first: for what is seldom."""


def added(shape: Shape, firsts: bytes, later: Iterable[int], day: date, number: int) -> tuple[bytes, list[int]]:
    """The first of each day, and those of this day that came later, with one more report."""
    known = shape.first_of(firsts, day)
    return _kept(shape, firsts, day, [*later, number, *([known] if known else [])])


def removed(shape: Shape, firsts: bytes, later: Iterable[int], day: date, number: int) -> tuple[bytes, list[int]]:
    """The same without a report that was counted."""
    every = [shape.first_of(firsts, day), *later]
    every.remove(number)
    return _kept(shape, firsts, day, every)


def _kept(shape: Shape, firsts: bytes, day: date, every: list[int]) -> tuple[bytes, list[int]]:
    first, *later = sorted(every) or [0]
    return shape.with_first(firsts, day, first), later
