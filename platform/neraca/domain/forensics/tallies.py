"""Of whom something may be found, by what their cases come to: so that of a city only their cases are looked at."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from neraca.domain.forensics import chance
from neraca.domain.forensics.chance import Everybody
from neraca.domain.forensics.thresholds import Thresholds
from neraca.domain.vocabulary import FindingKind


class Tally(Struct, frozen=True, gc=False):
    """The cases of a judge, counted. Of those whose elements are enough, `rated`, are `alike` of one value; of those
    with reports, `reported`, some were `unread`; `compared` are those that others rated as well, `above` and `below`
    them, and by `shift` per cent together. `one_mark` is whether enough may have all the same, `most` how many came
    within the window; of pairs of people whom the last reports and all put in `opposite` orders, `with_late` were
    judged as the last. `days` are those on which anybody of the period was judged.
    """

    judge: str
    cases: int
    rated: int
    alike: int
    reported: int
    unread: int
    compared: int
    above: int
    below: int
    shift: Fraction
    one_mark: bool
    most: int
    opposite: int
    with_late: int
    days: int


def everybody(tallies: Sequence[Tally], marks: Sequence[int] = ()) -> Everybody:
    return Everybody(
        people=sum(one.cases for one in tallies),
        rated=sum(one.rated for one in tallies),
        alike=sum(one.alike for one in tallies),
        reported=sum(one.reported for one in tallies),
        unread=sum(one.unread for one in tallies),
        days=max((one.days for one in tallies), default=0),
        marks=marks,
    )


def suspects(tallies: Sequence[Tally], by: Thresholds) -> dict[str, frozenset[FindingKind]]:
    """All judges of whom there is a finding, with its kind, and few of whom there is none."""
    all_ = everybody(tallies)
    return {one.judge: kinds for one in tallies if (kinds := frozenset(_may_show(one, all_, by)))}


def _may_show(one: Tally, all_: Everybody, by: Thresholds) -> Iterator[FindingKind]:
    # Marks of all are not known here, nor for certain those of one: whoever may have given one to enough people.
    if one.one_mark:
        yield FindingKind.NO_SPREAD
    if _far(one, by) and chance.difference(one.above + one.below, max(one.above, one.below), by) is not None:
        yield FindingKind.LENIENCY if one.shift > 0 else FindingKind.SEVERITY
    if chance.halo(one.rated, one.alike, all_, by) is not None:
        yield FindingKind.HALO
    if chance.unread(one.reported, one.unread, all_, by) is not None:
        yield FindingKind.UNREAD_REPORTS
    if chance.at_once(one.cases, one.most, all_, by) is not None:
        yield FindingKind.BULK_JUDGEMENT
    if chance.recency(one.opposite, one.with_late, by) is not None:
        yield FindingKind.RECENCY


def _far(one: Tally, by: Thresholds) -> bool:
    """Whether the mean shift is the margin or more, without a fraction: all judges of a city are asked."""
    above, below = one.shift.as_integer_ratio()
    return one.compared > 0 and abs(above) * by.margin.denominator >= by.margin.numerator * one.compared * below
