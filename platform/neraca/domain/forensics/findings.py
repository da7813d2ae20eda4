"""How one person judged, beside what chance alone or everybody else would do: exact, from final results only.

Each finding says how many cases there were, in how many of them it showed, how many of those chance alone would give,
and how often chance alone gives as many or more. Chance is reckoned as if cases had nothing to do with each other,
which they may have: a unit may well be good, or late with everything. So a finding says where to look, and no more.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from math import comb, lcm
from typing import TypeAlias, assert_never

from msgspec import Struct, structs

from neraca.domain.forensics.thresholds import THRESHOLDS, WINDOW, Thresholds
from neraca.domain.vocabulary import FindingKind

MOST_CASES = 50
"""Of a finding's cases so many are named; how many there are is told all the same."""

Mark: TypeAlias = tuple[str, ...]
"""All that a judge gave somebody, in one value: two people with the same mark were judged alike in everything. Where
they gave nothing themselves it is the predicate.
"""


class JudgedCase(Struct, frozen=True):
    """A final result and how `judge` came to it. `own` is what they gave, by indicator, as a share of the scale, and
    `others` the mean of what others gave where that may be shown. `position` is that of the finalisation.
    """

    employee: str
    judge: str
    at: datetime
    position: int
    mark: Mark
    own: Mapping[str, Fraction] = {}
    others: Mapping[str, Fraction] = {}
    reports: int = 0
    late: int = 0
    unread: int = 0


class Answered(Struct, frozen=True):
    """How many reports somebody answered in a month, and the `most` of them within the window, with the first
    positions of these.
    """

    settler: str
    month: str
    reports: int
    most: int
    since: datetime
    until: datetime
    positions: Sequence[int]


class FindingCase(Struct, frozen=True):
    """An appraisal that a finding rests on, by its employee and the log position of its finalisation."""

    employee: str
    position: int


class Finding(Struct, frozen=True, kw_only=True):
    """Of `cases` looked at it showed in `found`; chance alone gives `expected`, and as many or more with `chance` (1 is
    always). `measure` is in per cent of a scale, where there is one. `of` are the cases, the first of them, and
    `further` how many more have an event than `events` are.
    """

    kind: FindingKind
    judge: str
    cases: int
    found: int
    expected: Decimal
    chance: Decimal
    measure: Decimal | None = None
    since: datetime | None = None
    until: datetime | None = None
    other: str | None = None
    anonymous: bool = False
    of: tuple[FindingCase, ...] = ()
    events: tuple[int, ...] = ()
    further: int = 0


def findings(
    cases: Iterable[JudgedCase], answered: Iterable[Answered] = (), by: Thresholds = THRESHOLDS
) -> list[Finding]:
    """All of one period, by judge and kind."""
    every = list(cases)
    of_judge: dict[str, list[JudgedCase]] = {}
    for one in sorted(every, key=lambda one: (one.judge, one.employee)):
        of_judge.setdefault(one.judge, []).append(one)
    all_ = _Everybody.of(every, by)
    found = [
        finding
        for own in of_judge.values()
        for finding in (
            *_difference(own, by),
            *_no_spread(own, all_, by),
            *_halo(own, all_, by),
            *_at_once(own, all_, by),
            *_unread(own, all_, by),
            *_recency(own, by),
        )
    ]
    found += [one for some in answered for one in _answers_at_once(some, by)]
    return sorted(found, key=lambda one: (one.judge, one.kind, one.events))


class _Everybody(Struct, frozen=True):
    """What all judges of the period did together."""

    people: int
    marks: Counter[Mark]
    rated: int
    alike: int
    reported: int
    unread: int
    days: int

    @classmethod
    def of(cls, cases: Sequence[JudgedCase], by: Thresholds) -> "_Everybody":
        rated = [one for one in cases if len(one.own) >= by.elements]
        reported = [one for one in cases if one.reports]
        return cls(
            people=len(cases),
            marks=Counter(one.mark for one in cases),
            rated=len(rated),
            alike=sum(_alike(one) for one in rated),
            reported=len(reported),
            unread=sum(one.unread > 0 for one in reported),
            days=len({one.at.date() for one in cases}),
        )


def total(shares: Collection[Fraction]) -> Fraction:
    """Their sum; brought to its lowest terms once, and not after each."""
    return _sum(one.as_integer_ratio() for one in shares)


def _sum(ratios: Iterable[tuple[int, int]]) -> Fraction:
    above: dict[int, int] = {}
    for number, by in ratios:
        above[by] = above.get(by, 0) + number
    below = lcm(*above)
    return Fraction(sum(number * (below // by) for by, number in above.items()), below)


def tail(cases: int, found: int, p: Fraction) -> Fraction:
    """How often `found` or more of the cases come, each with probability p: exact."""
    a, b = p.numerator, p.denominator
    some = sum(comb(cases, n) * a**n * (b - a) ** (cases - n) for n in range(max(found, 0), cases + 1))
    return Fraction(some, b**cases)


def _difference(own: Sequence[JudgedCase], by: Thresholds) -> Iterator[Finding]:
    """Above or below what others gave the same people in the same indicators, who is as often above as below by chance.

    Ties say nothing of a direction, and are no case.
    """
    compared = [(one, _shift(one)) for one in own if one.own.keys() & one.others.keys()]
    apart = [(one, shift) for one, shift in compared if shift]
    if len(apart) < by.fewest:
        return
    mean = total([shift for _, shift in compared]) / len(compared)
    kind = FindingKind.LENIENCY if mean > 0 else FindingKind.SEVERITY
    shown = [one for one, shift in apart if (shift > 0) is (mean > 0)]
    chance = tail(len(apart), len(shown), Fraction(1, 2))
    if abs(mean) >= by.margin and chance <= by.chance:
        yield _finding(kind, own, len(apart), shown, Fraction(len(apart), 2), chance, measure=mean)


def _shift(one: JudgedCase) -> Fraction:
    """In per cent of the scale, over the indicators that both rated."""
    both = one.own.keys() & one.others.keys()
    mine = [one.own[name].as_integer_ratio() for name in both]
    theirs = [one.others[name].as_integer_ratio() for name in both]
    above = _sum([*mine, *((-number, by) for number, by in theirs)])
    return Fraction(above.numerator * 100, above.denominator * len(both))


def _no_spread(own: Sequence[JudgedCase], all_: _Everybody, by: Thresholds) -> Iterator[Finding]:
    """Everybody alike in everything: as often as that comes where as many are drawn from all who were judged."""
    if len(own) < by.fewest or len({one.mark for one in own}) > 1:
        return
    chance = Fraction(sum(comb(n, len(own)) for n in all_.marks.values()), comb(all_.people, len(own)))
    if chance <= by.chance:
        yield _finding(FindingKind.NO_SPREAD, own, len(own), own, chance * len(own), chance)


def _halo(own: Sequence[JudgedCase], all_: _Everybody, by: Thresholds) -> Iterator[Finding]:
    """One value in all elements of a person, beside how often all others give that."""
    rated = [one for one in own if len(one.own) >= by.elements]
    alike = [one for one in rated if _alike(one)]
    if len(rated) < by.fewest or len(alike) < by.share * len(rated):
        return
    usual = _usual(all_.alike - len(alike), all_.rated - len(rated))
    chance = tail(len(rated), len(alike), usual)
    if chance <= by.chance:
        yield _finding(FindingKind.HALO, own, len(rated), alike, usual * len(rated), chance)


def _unread(own: Sequence[JudgedCase], all_: _Everybody, by: Thresholds) -> Iterator[Finding]:
    """Final while reports had no answer, beside how often that comes with all others. Who opened a page the log does
    not know: only that nobody accepted or returned what was filed.
    """
    reported = [one for one in own if one.reports]
    unread = [one for one in reported if one.unread]
    if len(reported) < by.fewest or len(unread) < by.unread_share * len(reported):
        return
    usual = _usual(all_.unread - len(unread), all_.reported - len(reported))
    chance = tail(len(reported), len(unread), usual)
    if chance <= by.chance:
        yield _finding(FindingKind.UNREAD_REPORTS, own, len(reported), unread, usual * len(reported), chance)


def _usual(found: int, cases: int) -> Fraction:
    """The share of others, with one case added either way: what nobody else did is rare, and not impossible."""
    return Fraction(found + 1, cases + 2)


def _at_once(own: Sequence[JudgedCase], all_: _Everybody, by: Thresholds) -> Iterator[Finding]:
    """Many people judged within one window, beside judging them at any minute of the days on which anybody judged."""
    ordered = sorted(own, key=lambda one: (one.at, one.employee))
    most: list[JudgedCase] = []
    first = 0
    for last, one in enumerate(ordered):
        while one.at - ordered[first].at > WINDOW:
            first += 1
        if last + 1 - first > len(most):
            most = ordered[first : last + 1]
    if len(most) < by.judgements_at_once:
        return
    share = _share_of_time(all_.days * by.minutes_a_day)
    chance = min(Fraction(1), len(own) * tail(len(own) - 1, len(most) - 1, share))
    if chance <= by.chance:
        yield _finding(
            FindingKind.BULK_JUDGEMENT,
            own,
            len(own),
            most,
            1 + share * (len(own) - 1),
            chance,
            since=most[0].at,
            until=most[-1].at,
        )


def _answers_at_once(one: Answered, by: Thresholds) -> Iterator[Finding]:
    if one.most < by.answers_at_once:
        return
    share = _share_of_time(by.days_a_month * by.minutes_a_day)
    chance = min(Fraction(1), one.reports * tail(one.reports - 1, one.most - 1, share))
    if chance <= by.chance:
        yield Finding(
            kind=FindingKind.BULK_ANSWERS,
            judge=one.settler,
            cases=one.reports,
            found=one.most,
            expected=said(1 + share * (one.reports - 1)),
            chance=said(chance),
            since=one.since,
            until=one.until,
            events=tuple(one.positions),
            further=one.most - len(one.positions),
        )


def _share_of_time(minutes: int) -> Fraction:
    window = int(WINDOW.total_seconds()) // 60
    return min(Fraction(1), Fraction(window, max(minutes, 1)))


def _recency(own: Sequence[JudgedCase], by: Thresholds) -> Iterator[Finding]:
    """Of each two people whom the reports of the last days and those of the whole period put in opposite orders, and
    who were not judged alike: whether judgement went with the last days. By chance it does so in one of two.
    """
    judged = [one for one in own if one.own and one.reports]
    pairs = [
        (one, other, late)
        for one, other in combinations(judged, 2)
        if (late := one.late - other.late) * (one.reports - other.reports) < 0
    ]
    if len(pairs) < by.pairs:
        return
    means = {one.employee: total([*one.own.values()]) / len(one.own) for one in judged}
    opposite = with_late = 0
    shown: list[JudgedCase] = []
    for one, other, late in pairs:
        given, less = means[one.employee], means[other.employee]
        if given == less:
            continue
        opposite += 1
        if (given > less) is (late > 0):
            with_late += 1
            shown += [one, other]
    if opposite < by.pairs or with_late < by.share * opposite:
        return
    chance = tail(opposite, with_late, Fraction(1, 2))
    if chance <= by.chance:
        named = sorted({one.employee: one for one in shown}.values(), key=lambda one: one.employee)
        found = _finding(FindingKind.RECENCY, own, opposite, named, Fraction(opposite, 2), chance)
        yield structs.replace(found, found=with_late)


def _alike(one: JudgedCase) -> bool:
    first, *rest = one.own.values()
    return all(value is first or value == first for value in rest)


def _finding(
    kind: FindingKind,
    own: Sequence[JudgedCase],
    cases: int,
    shown: Sequence[JudgedCase],
    expected: Fraction,
    chance: Fraction,
    *,
    measure: Fraction | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Finding:
    return Finding(
        kind=kind,
        judge=own[0].judge,
        cases=cases,
        found=len(shown),
        expected=said(expected),
        chance=said(chance),
        measure=None if measure is None else said(measure),
        since=since,
        until=until,
        of=tuple(FindingCase(one.employee, one.position) for one in shown[:MOST_CASES]),
        events=tuple(sorted(one.position for one in shown[:MOST_CASES])),
        further=max(0, len(shown) - MOST_CASES),
    )


def said(number: Fraction) -> Decimal:
    """Half up at six places."""
    found = Decimal((number * 2 * 10**6 + 1) // 2).scaleb(-6)
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def words(one: Finding) -> str:
    """A finding as a sentence."""
    match one.kind:
        case FindingKind.LENIENCY | FindingKind.SEVERITY:
            way = "above" if one.kind is FindingKind.LENIENCY else "below"
            what = (
                f"gave {one.found} of {one.cases} people {way} what others gave the same people, "
                f"{abs(one.measure or Decimal(0)):f} per cent of the scale on the mean"
            )
        case FindingKind.NO_SPREAD:
            what = f"judged all {one.cases} people alike in everything"
        case FindingKind.HALO:
            what = f"gave {one.found} of {one.cases} people one value in all elements"
        case FindingKind.BULK_JUDGEMENT:
            what = f"judged {one.found} of {one.cases} people within {_minutes()} minutes"
        case FindingKind.BULK_ANSWERS:
            what = f"answered {one.found} of {one.cases} reports of a month within {_minutes()} minutes"
        case FindingKind.UNREAD_REPORTS:
            what = f"made {one.found} of {one.cases} results final while reports had no answer"
        case FindingKind.RECENCY:
            what = (
                f"went with the last 30 days in {one.found} of {one.cases} pairs of people whom those and the whole "
                "period put in opposite orders"
            )
        case FindingKind.RECIPROCITY:
            what = (
                f"and {one.other} rated each other {one.measure or Decimal(0):f} per cent of the scale or more above "
                "what others gave either"
            )
        case _:
            assert_never(one.kind)
    return f"{one.judge} {what}; chance alone gives {one.expected:f}, and as much or more {_often(one.chance)}"


def _minutes() -> int:
    return int(WINDOW.total_seconds()) // 60


def _often(chance: Decimal) -> str:
    if not chance:
        return "less than once in a million times"
    return f"once in {int((1 / chance).quantize(Decimal(1), ROUND_HALF_UP)):,} times"
