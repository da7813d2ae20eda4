"""Pairs who rated each other above what others gave either of them.

Most such ratings are of peers, whom nobody may know: those are for whoever reads the log with its raters anyway.
"""

from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from neraca.domain.forensics.findings import Finding, said
from neraca.domain.forensics.thresholds import THRESHOLDS, Thresholds
from neraca.domain.vocabulary import FindingKind


class RatingGiven(Struct, frozen=True):
    """What somebody gave a person, over all indicators as a share of the scale; `hidden` where nobody may know it."""

    rater: str
    employee: str
    value: Fraction
    hidden: bool
    position: int


def reciprocal(given: Iterable[RatingGiven], by: Thresholds = THRESHOLDS) -> list[Finding]:
    """A finding for each pair. By chance either is the kindest of the other's raters as often as any of them is."""
    of: dict[str, dict[str, RatingGiven]] = {}
    for one in given:
        if one.rater != one.employee:
            of.setdefault(one.employee, {})[one.rater] = one
    found: list[Finding] = []
    for employee, raters in sorted(of.items()):
        for rater, one in sorted(raters.items()):
            back = of.get(rater, {}).get(employee)
            if rater > employee or back is None:
                continue
            over = [_over(one, raters, by), _over(back, of[rater], by)]
            if any(each is None or each < by.reciprocal_margin for each in over):
                continue
            chance = _kindest(one, raters) * _kindest(back, of[rater])
            least = min(each for each in over if each is not None)
            found.append(
                Finding(
                    kind=FindingKind.RECIPROCITY,
                    judge=rater,
                    other=employee,
                    cases=1,
                    found=1,
                    expected=said(chance),
                    chance=said(chance),
                    measure=said(least),
                    anonymous=one.hidden or back.hidden,
                    events=tuple(sorted((one.position, back.position))),
                )
            )
    return found


def _over(one: RatingGiven, raters: dict[str, RatingGiven], by: Thresholds) -> Fraction | None:
    """In per cent of the scale above the mean of the others; None where there are too few."""
    others = [each.value for name, each in raters.items() if name != one.rater]
    if len(others) < by.others:
        return None
    return (one.value - sum(others, Fraction(0)) / len(others)) * 100


def _kindest(one: RatingGiven, raters: dict[str, RatingGiven]) -> Fraction:
    """The share of the raters who gave as much or more: how often one of them, taken by chance, is among those."""
    return Fraction(sum(each.value >= one.value for each in raters.values()), len(raters))
