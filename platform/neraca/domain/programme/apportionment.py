"""What each member has of a whole: integers of a millionth in, integers of a millionth out, and nothing is lost.

A quantity is shared out by weight, which is share times days. Each has what is whole of their part; the millionths that
are left go one each to the largest remainders, of two alike to the smaller employee number. So the parts add up to the
whole, whoever is asked first. Of a part of somebody's days they have what their weight has come to by its end, less
what it had come to before it, so that the parts of a period add up to what they have of it.

A rate is the same for all; the rates of several programmes weigh as much as each had of the person.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from neraca.domain.case import Micro, micro
from neraca.domain.programme.events import Stretch


def weight(stretches: Sequence[Stretch]) -> int:
    """Share, in millionths, times days."""
    return sum(micro(one.share) * ((one.until - one.since).days + 1) for one in stretches)


def weight_within(stretches: Sequence[Stretch], first: date, last: date) -> int:
    """The weight of the days from `first` to `last`."""
    cut = (Stretch(max(one.since, first), min(one.until, last), one.share) for one in stretches)
    return weight([one for one in cut if one.since <= one.until])


def shared_out(whole: Micro, weights: Mapping[str, int]) -> dict[str, Micro]:
    """What each has of the whole by weight. ValueError where nobody has any weight."""
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("nobody has a weight, so that there is nobody to share it out among")
    sign, amount = (-1, -whole) if whole < 0 else (1, whole)
    parts = {name: amount * of // total for name, of in weights.items()}
    left = amount - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: (-(amount * weights[name] % total), name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return {name: sign * part for name, part in parts.items()}


def part_within(had: Micro, stretches: Sequence[Stretch], first: date, last: date) -> Micro:
    """What somebody has of theirs by the days from `first` to `last`."""
    total = weight(stretches)
    if total == 0:
        return 0
    before = weight_within(stretches, date.min, first) - weight_within(stretches, first, first)
    by_end = before + weight_within(stretches, first, last)
    return _rounded(had * by_end, total) - _rounded(had * before, total)


def mean(rates: Sequence[tuple[Micro, int]]) -> Micro:
    """The mean of rates by weight, rounded once, half up. ValueError without weight."""
    total = sum(of for _, of in rates)
    if total <= 0:
        raise ValueError("a mean of no weight is none")
    # What is said alike, or by one alone, is not divided and comes out as it was said.
    return _rounded(sum(rate * of for rate, of in rates), total)


def _rounded(number: int, by: int) -> int:
    """Half up, which of a number below 0 is away from 0, as the policies round."""
    sign, amount = (-1, -number) if number < 0 else (1, number)
    return sign * ((2 * amount + by) // (2 * by))


__all__ = ["mean", "part_within", "shared_out", "weight", "weight_within"]
