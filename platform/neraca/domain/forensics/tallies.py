"""Of whom something may be found, by what their cases come to: so that of a city only their cases are looked at."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from neraca.domain.forensics import chance
from neraca.domain.forensics.chance import Everybody
from neraca.domain.forensics.thresholds import Thresholds

_ROUNDED = 1
"""In per cent, more than a sum of shifts may have been rounded by, however many people there are in a city."""


class Tally(Struct, frozen=True, gc=False):
    """The cases of a judge, counted. Of those whose elements are enough, `rated`, are `alike` of one value; of those
    with reports, `reported`, some were `unread`; `compared` are those that others rated as well, `above` and `below`
    them, and by `shift` per cent together, which alone may be rounded. `one_mark` is whether enough have all the same,
    `most` how many came within the window; of pairs of people whom the last reports and all put in `opposite` orders,
    `with_late` were judged as the last. `days` are those on which anybody of the period was judged.
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
    shift: Decimal
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


def suspects(tallies: Sequence[Tally], by: Thresholds) -> list[str]:
    """All judges of whom there is a finding, and few of whom there is none."""
    all_ = everybody(tallies)
    return [one.judge for one in tallies if any(_may_show(one, all_, by))]


def _may_show(one: Tally, all_: Everybody, by: Thresholds) -> Iterable[bool]:
    # Marks of all are not known here: whoever gave one mark to enough people may be found.
    yield one.one_mark
    far = (abs(one.shift) + _ROUNDED) * by.margin.denominator >= by.margin.numerator * one.compared
    yield far and chance.difference(one.above + one.below, max(one.above, one.below), by) is not None
    yield chance.halo(one.rated, one.alike, all_, by) is not None
    yield chance.unread(one.reported, one.unread, all_, by) is not None
    yield chance.at_once(one.cases, one.most, all_, by) is not None
    yield chance.recency(one.opposite, one.with_late, by) is not None
