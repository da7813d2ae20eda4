"""What a superior gave in an appraisal, and how far that is above what others gave the same person: exact.

Reckoned once for a final result, and kept: for a city it takes longer than all that is then asked of it.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

import msgspec
from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.rater_privacy import Ratings, Rules
from neraca.domain.vocabulary import RATER_GROUP, Relation

_OWN, _SELF = RATER_GROUP[Relation.SUPERVISOR], RATER_GROUP[Relation.SELF]
_JSON = msgspec.json.Encoder()

_DIVIDED = 16_384
"""Shares of scales that are remembered."""


class Comparison(Struct, frozen=True):
    """`given` is all that the superior gave, in one text, empty if they gave nothing; `elements` to how many indicators
    they did, and `alike` whether to all of these the same. `mean` is theirs, as a share of the scale; `shift` how far
    above the others, in per cent of it, over the indicators that both rated; each None where there are none.
    """

    given: str = ""
    elements: int = 0
    alike: bool = False
    mean: Fraction | None = None
    shift: Fraction | None = None


def compared(ratings: Ratings, scales: Rules) -> Comparison:
    """Of ratings as they may be shown, by the scales of the policy that closed their groups."""
    own: dict[str, Fraction] = {}
    others: dict[str, Fraction] = {}
    for indicator, groups in sorted(ratings.items()):
        asked = scales.get(indicator, {})
        # Of two superiors' ratings it is not known here whose is whose.
        if len(groups.get(_OWN, ())) == 1 and (rule := asked.get(_OWN)) is not None:
            own[indicator] = _share(groups[_OWN][0], rule.min, rule.max)
        means = tuple(
            (sum(values) - len(values) * rule.min, len(values) * (rule.max - rule.min))
            for group, values in groups.items()
            if group not in (_OWN, _SELF) and values and (rule := asked.get(group)) is not None
        )
        if means:
            others[indicator] = _mean_of(means)
    return beside(own, others)


def beside(own: Mapping[str, Fraction], others: Mapping[str, Fraction]) -> Comparison:
    """Of shares of the scale, by indicator."""
    return Comparison(
        given=words(f"{name}={value}" for name, value in own.items()),
        elements=len(own),
        alike=len(set(own.values())) == 1,
        mean=mean(own.values()) if own else None,
        shift=_shift(own, others),
    )


def words(given: Iterable[str]) -> str:
    """Several in one text, which no others have."""
    every = [*given]
    return _JSON.encode(every).decode() if every else ""


def mean_share(values: Iterable[tuple[Micro, Micro, Micro]]) -> Fraction | None:
    """Of values, each with the least and most of its scale; None of none. In whole numbers up to the last: a city's
    ratings by name are hundreds of thousands of values.
    """
    above: dict[int, int] = {}
    many = 0
    for value, least, most in values:
        many += 1
        if most > least:
            above[most - least] = above.get(most - least, 0) + value - least
    if not many:
        return None
    below = lcm(*above)
    return Fraction(sum(number * (below // span) for span, number in above.items()), below * many)


def mean(shares: Collection[Fraction]) -> Fraction:
    return total(shares) / len(shares)


def total(shares: Iterable[Fraction]) -> Fraction:
    """Their sum; brought to its lowest terms once, and not after each."""
    return _sum(one.as_integer_ratio() for one in shares)


def _shift(own: Mapping[str, Fraction], others: Mapping[str, Fraction]) -> Fraction | None:
    both = own.keys() & others.keys()
    if not both:
        return None
    mine = [own[name].as_integer_ratio() for name in both]
    theirs = [others[name].as_integer_ratio() for name in both]
    above = _sum([*mine, *((-number, by) for number, by in theirs)])
    return Fraction(above.numerator * 100, above.denominator * len(both))


def _sum(ratios: Iterable[tuple[int, int]]) -> Fraction:
    above: dict[int, int] = {}
    for number, by in ratios:
        above[by] = above.get(by, 0) + number
    below = lcm(*above)
    return Fraction(sum(number * (below // by) for by, number in above.items()), below)


# A city is rated by the same few values: to divide them each time took longer than all the rest.
@lru_cache(_DIVIDED)
def _share(value: Micro, least: Micro, most: Micro) -> Fraction:
    """Of a scale; 0 of one that has one value."""
    return Fraction(value - least, most - least) if most > least else Fraction(0)


@lru_cache(_DIVIDED)
def _mean_of(groups: tuple[tuple[int, int], ...]) -> Fraction:
    """Of the means of groups, each a number and what to divide it by; 0 for a scale of one value."""
    return mean([Fraction(number, span) if span > 0 else Fraction(0) for number, span in groups])
