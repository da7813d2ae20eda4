"""How one person judged, beside what chance alone or everybody else would do: exact, from final results only.

Each finding says how many cases there were, in how many of them it showed, how many of those chance alone would give,
and how often chance alone gives as many or more. Chance is reckoned as if cases had nothing to do with each other,
which they may have: a unit may well be good, or late with everything. So a finding says where to look, and no more.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import assert_never

from msgspec import Struct, structs

from neraca.domain.forensics import chance
from neraca.domain.forensics.chance import Everybody
from neraca.domain.forensics.comparison import mean
from neraca.domain.forensics.thresholds import THRESHOLDS, WINDOW, Thresholds
from neraca.domain.vocabulary import FindingKind

MOST_CASES = 50
"""Of a finding's cases so many are named; how many there are is told all the same."""


class JudgedCase(Struct, frozen=True, gc=False):
    """A final result and how `judge` came to it. `position` is that of the finalisation.

    `mark` is all that the judge gave, in one text: two people with the same mark were judged alike in everything. Where
    they gave nothing themselves it is the predicate. For the next four see `Comparison`.
    """

    employee: str
    judge: str
    at: datetime
    position: int
    mark: str
    elements: int = 0
    alike: bool = False
    mean: Fraction | None = None
    shift: Fraction | None = None
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
    return findings_beside(_everybody(every, by), every, answered, by)


def findings_beside(
    all_: Everybody,
    cases: Iterable[JudgedCase],
    answered: Iterable[Answered],
    by: Thresholds,
    looked_for: Mapping[str, Container[FindingKind]] | None = None,
) -> list[Finding]:
    """By judge and kind, beside everybody: of each judge, all of whose cases are there, those that are looked for."""
    of_judge: dict[str, list[JudgedCase]] = {}
    for one in sorted(cases, key=lambda one: (one.judge, one.employee)):
        of_judge.setdefault(one.judge, []).append(one)
    found = [
        finding
        for judge, own in of_judge.items()
        for finding in _findings(own, all_, FindingKind if looked_for is None else looked_for[judge], by)
    ]
    found += [one for some in answered for one in _answers_at_once(some, by)]
    return sorted(found, key=lambda one: (one.judge, one.kind, one.events))


def _findings(
    own: Sequence[JudgedCase], all_: Everybody, kinds: Container[FindingKind], by: Thresholds
) -> Iterator[Finding]:
    if FindingKind.LENIENCY in kinds or FindingKind.SEVERITY in kinds:
        yield from _difference(own, by)
    if FindingKind.NO_SPREAD in kinds:
        yield from _no_spread(own, all_, by)
    if FindingKind.HALO in kinds:
        yield from _halo(own, all_, by)
    if FindingKind.BULK_JUDGEMENT in kinds:
        yield from _at_once(own, all_, by)
    if FindingKind.UNREAD_REPORTS in kinds:
        yield from _unread(own, all_, by)
    if FindingKind.RECENCY in kinds:
        yield from _recency(own, by)


def _everybody(cases: Sequence[JudgedCase], by: Thresholds) -> Everybody:
    rated = [one for one in cases if one.elements >= by.elements]
    reported = [one for one in cases if one.reports]
    return Everybody(
        people=len(cases),
        rated=len(rated),
        alike=sum(one.alike for one in rated),
        reported=len(reported),
        unread=sum(one.unread > 0 for one in reported),
        days=len({one.at.date() for one in cases}),
        marks=[*Counter(one.mark for one in cases).values()],
    )


def _difference(own: Sequence[JudgedCase], by: Thresholds) -> Iterator[Finding]:
    """Above or below what others gave the same people in the same indicators, who is as often above as below by chance.

    Ties say nothing of a direction, and are no case.
    """
    compared = [(one, one.shift) for one in own if one.shift is not None]
    apart = [(one, shift) for one, shift in compared if shift]
    if len(apart) < by.fewest:
        return
    measure = mean([shift for _, shift in compared])
    kind = FindingKind.LENIENCY if measure > 0 else FindingKind.SEVERITY
    shown = [one for one, shift in apart if (shift > 0) is (measure > 0)]
    rare = chance.difference(len(apart), len(shown), by)
    if abs(measure) >= by.margin and rare is not None:
        yield _finding(kind, own, len(apart), shown, Fraction(len(apart), 2), rare, measure=measure)


def _no_spread(own: Sequence[JudgedCase], all_: Everybody, by: Thresholds) -> Iterator[Finding]:
    """Everybody alike in everything."""
    if len({one.mark for one in own}) > 1:
        return
    if (rare := chance.no_spread(len(own), all_, by)) is not None:
        yield _finding(FindingKind.NO_SPREAD, own, len(own), own, rare * len(own), rare)


def _halo(own: Sequence[JudgedCase], all_: Everybody, by: Thresholds) -> Iterator[Finding]:
    """One value in all elements of a person, beside how often all others give that."""
    rated = [one for one in own if one.elements >= by.elements]
    alike = [one for one in rated if one.alike]
    if (rare := chance.halo(len(rated), len(alike), all_, by)) is not None:
        usual = chance.usual(all_.alike - len(alike), all_.rated - len(rated))
        yield _finding(FindingKind.HALO, own, len(rated), alike, usual * len(rated), rare)


def _unread(own: Sequence[JudgedCase], all_: Everybody, by: Thresholds) -> Iterator[Finding]:
    """Final while reports had no answer, beside how often that comes with all others. Who opened a page the log does
    not know: only that nobody accepted or returned what was filed.
    """
    reported = [one for one in own if one.reports]
    unread = [one for one in reported if one.unread]
    if (rare := chance.unread(len(reported), len(unread), all_, by)) is not None:
        usual = chance.usual(all_.unread - len(unread), all_.reported - len(reported))
        yield _finding(FindingKind.UNREAD_REPORTS, own, len(reported), unread, usual * len(reported), rare)


def _at_once(own: Sequence[JudgedCase], all_: Everybody, by: Thresholds) -> Iterator[Finding]:
    """Many people judged within one window, beside judging them at any minute of the days on which anybody judged."""
    ordered = sorted(own, key=lambda one: (one.at, one.employee))
    most: list[JudgedCase] = []
    first = 0
    for last, one in enumerate(ordered):
        while one.at - ordered[first].at > WINDOW:
            first += 1
        if last + 1 - first > len(most):
            most = ordered[first : last + 1]
    if (rare := chance.at_once(len(own), len(most), all_, by)) is not None:
        yield _finding(
            FindingKind.BULK_JUDGEMENT,
            own,
            len(own),
            most,
            1 + chance.share_of_days(all_.days, by) * (len(own) - 1),
            rare,
            since=most[0].at,
            until=most[-1].at,
        )


def _answers_at_once(one: Answered, by: Thresholds) -> Iterator[Finding]:
    if (rare := chance.answers_at_once(one.reports, one.most, by)) is not None:
        yield Finding(
            kind=FindingKind.BULK_ANSWERS,
            judge=one.settler,
            cases=one.reports,
            found=one.most,
            expected=said(1 + chance.share_of_days(by.days_a_month, by) * (one.reports - 1)),
            chance=said(rare),
            since=one.since,
            until=one.until,
            events=tuple(one.positions),
            further=one.most - len(one.positions),
        )


def _recency(own: Sequence[JudgedCase], by: Thresholds) -> Iterator[Finding]:
    """Of each two people whom the reports of the last days and those of the whole period put in opposite orders, and
    who were not judged alike: whether judgement went with the last days. By chance it does so in one of two.
    """
    judged = [(one, given) for one in own if (given := one.mean) is not None and one.reports]
    # Brought to one denominator: a fraction is slow to compare, and each is with all others.
    whole = lcm(*(given.denominator for _, given in judged))
    ranked = [(one, one.late, one.reports, given.numerator * (whole // given.denominator)) for one, given in judged]
    opposite = with_late = 0
    shown: dict[str, JudgedCase] = {}
    for (one, late, reports, given), (other, less_late, less_reports, less) in combinations(ranked, 2):
        if (late - less_late) * (reports - less_reports) >= 0 or given == less:
            continue
        opposite += 1
        if (given > less) is (late > less_late):
            with_late += 1
            shown |= {one.employee: one, other.employee: other}
    if (rare := chance.recency(opposite, with_late, by)) is not None:
        named = [shown[employee] for employee in sorted(shown)]
        found = _finding(FindingKind.RECENCY, own, opposite, named, Fraction(opposite, 2), rare)
        yield structs.replace(found, found=with_late)


def _finding(
    kind: FindingKind,
    own: Sequence[JudgedCase],
    cases: int,
    shown: Sequence[JudgedCase],
    expected: Fraction,
    rare: Fraction,
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
        chance=said(rare),
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
