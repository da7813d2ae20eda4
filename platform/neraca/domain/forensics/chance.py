"""How often chance alone gives as much as was counted: exact, and None where it is too little or comes too often."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb

from msgspec import Struct

from neraca.domain.forensics.thresholds import WINDOW, Thresholds

_TAILS = 16_384
"""Tails that are remembered: many judges of a city have as many cases."""


class Everybody(Struct, frozen=True):
    """What all judges of a period did together. `marks` are how many people have each mark; those that fewer have than
    are looked at together may be left out. It may have been counted a moment before the cases of a judge, and lack one.
    """

    people: int
    rated: int
    alike: int
    reported: int
    unread: int
    days: int
    marks: Sequence[int] = ()


def difference(apart: int, shown: int, by: Thresholds) -> Fraction | None:
    """Of so many above or below the others, so many on one side."""
    return _rare(_on_one_side(apart, shown), by) if apart >= by.fewest else None


def no_spread(cases: int, all_: Everybody, by: Thresholds) -> Fraction | None:
    """That so many have one mark: as often as that comes where as many are drawn from all who were judged."""
    if cases < by.fewest:
        return None
    return _rare(Fraction(sum(comb(n, cases) for n in all_.marks), comb(max(all_.people, cases), cases)), by)


def halo(rated: int, alike: int, all_: Everybody, by: Thresholds) -> Fraction | None:
    if rated < by.fewest or _less(alike, by.share, rated):
        return None
    return _rare(_beside(rated, alike, all_.rated - rated, all_.alike - alike), by)


def unread(reported: int, found: int, all_: Everybody, by: Thresholds) -> Fraction | None:
    if reported < by.fewest or _less(found, by.unread_share, reported):
        return None
    return _rare(_beside(reported, found, all_.reported - reported, all_.unread - found), by)


def at_once(cases: int, most: int, all_: Everybody, by: Thresholds) -> Fraction | None:
    if most < by.judgements_at_once:
        return None
    return _within(cases, most, share_of_days(all_.days, by), by)


def answers_at_once(reports: int, most: int, by: Thresholds) -> Fraction | None:
    if most < by.answers_at_once:
        return None
    return _within(reports, most, share_of_days(by.days_a_month, by), by)


def recency(opposite: int, with_late: int, by: Thresholds) -> Fraction | None:
    if opposite < by.pairs or _less(with_late, by.share, opposite):
        return None
    return _rare(_on_one_side(opposite, with_late), by)


def usual(found: int, cases: int) -> Fraction:
    """The share of others, with one case added either way: what nobody else did is rare, and not impossible."""
    some = max(found, 0)
    return Fraction(some + 1, max(cases, some) + 2)


def share_of_days(days: int, by: Thresholds) -> Fraction:
    """Of the working time of so many days, the window."""
    window = int(WINDOW.total_seconds()) // 60
    return min(Fraction(1), Fraction(window, max(days * by.minutes_a_day, 1)))


def tail(cases: int, found: int, p: Fraction) -> Fraction:
    """How often `found` or more of the cases come, each with probability p: exact."""
    a, b = p.numerator, p.denominator
    some = sum(comb(cases, n) * a**n * (b - a) ** (cases - n) for n in range(max(found, 0), cases + 1))
    return Fraction(some, b**cases)


@lru_cache(_TAILS)
def _beside(cases: int, found: int, others: int, found_of_others: int) -> Fraction:
    return tail(cases, found, usual(found_of_others, others))


@lru_cache(_TAILS)
def _on_one_side(cases: int, found: int) -> Fraction:
    return tail(cases, found, Fraction(1, 2))


def _within(cases: int, most: int, share: Fraction, by: Thresholds) -> Fraction | None:
    return _rare(min(Fraction(1), cases * tail(cases - 1, most - 1, share)), by)


def _less(found: int, share: Fraction, cases: int) -> bool:
    """Than the share of the cases, without a fraction: all judges of a city are asked."""
    return found * share.denominator < share.numerator * cases


def _rare(chance: Fraction, by: Thresholds) -> Fraction | None:
    return chance if chance <= by.chance else None
