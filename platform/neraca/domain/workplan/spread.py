"""How the target of a year comes to its periods: exactly, so that what the periods have makes up the year.

A course says for each month of a plan what is to be reached by its end, in millionths; that of a level says the level.
What does not divide is rounded down month by month, and so the remainder falls on the last of them.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias, assert_never

from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.case import MICRO, Micro
from neraca.domain.period import Period, parse
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan.events import YearResult, YearTarget

Course: TypeAlias = tuple[Micro, ...]
"""One value a month of the plan."""

Courses: TypeAlias = dict[tuple[str, str], Course]
"""Result and target -> course; none for a target without a number."""


def course(target: YearTarget, plan: Period, since: int, before: Course | None) -> Course | None:
    """What is to be reached by the end of each month; the months before `since`, counted from 0, stay as they were."""
    if target.target is None:
        return None
    months, goal = plan.months, micro(target.target)
    kept = (before or (0,) * months)[:since]
    match target.spread:
        case Spread.EACH:
            return (*kept, *(goal,) * (months - since))
        case Spread.SUM:
            named = [(at, micro(amount)) for at, amount in _by_months(target, plan)]
            return _filled(kept, months, named, goal)
        case Spread.CUMULATIVE:
            reached, named = _reached(kept), list[tuple[tuple[int, int], Micro]]()
            for at, amount in _by_months(target, plan):
                named.append((at, micro(amount) - reached))
                reached = micro(amount)
            return _filled(kept, months, named, goal)
        case _:
            assert_never(target.spread)


def reached_before(target: YearTarget, since: int, before: Course | None) -> Micro:
    """What of a sum is planned already for the months that stay as they are."""
    return 0 if before is None or target.spread is Spread.EACH else _reached(before[:since])


def shares(results: Sequence[YearResult], courses: Courses, plan: Period, period: Period) -> list[PlannedResult]:
    """The plan of a period: of each target its part in the months of the plan that lie in the period. What has nothing
    in them is left out.
    """
    last = min(period.ends, plan.ends).month - plan.starts.month
    first = max(period.starts, plan.starts).month - plan.starts.month
    found: list[PlannedResult] = []
    for result in results:
        targets = [_share(one, courses.get((result.id, one.id)), first, last) for one in result.targets]
        kept = [one for one in targets if one is not None]
        if kept:
            found.append(_planned(result, kept))
    return found


def whole(results: Sequence[YearResult]) -> list[PlannedResult]:
    """The plan with the targets of all its months, as one of a single period would be."""
    return [_planned(one, [_of(each, each.target) for each in one.targets]) for one in results]


def micro(number: Decimal) -> Micro:
    """Of a number that was held to six decimals at the door."""
    return int(number * MICRO)


def _planned(result: YearResult, targets: list[Target]) -> PlannedResult:
    return PlannedResult(result.id, result.title, targets, result.priority, result.source, result.perspective)


def _share(target: YearTarget, course: Course | None, first: int, last: int) -> Target | None:
    if course is None:
        return _of(target, None)
    amount = course[last]
    if target.spread is Spread.SUM and first:
        amount -= course[first - 1]
    return _of(target, _decimal(amount)) if amount or not target.target else None


def _of(target: YearTarget, amount: Decimal | None) -> Target:
    return Target(
        target.id,
        target.indicator,
        target.unit,
        amount,
        target.weight,
        target.aspect,
        target.polarity,
        target.feeds,
        target.expectations,
    )


def _by_months(target: YearTarget, plan: Period) -> list[tuple[tuple[int, int], Decimal]]:
    """The amounts in order of time, each with its first and last month in the plan, counted from 0."""
    named = [(parse(label), amount) for label, amount in target.amounts.items()]
    named.sort(key=lambda one: one[0].starts)
    begin = plan.starts.month
    return [((one.starts.month - begin, one.ends.month - begin), amount) for one, amount in named]


def _filled(kept: Course, months: int, named: Sequence[tuple[tuple[int, int], Micro]], goal: Micro) -> Course:
    reached = _reached(kept)
    steps = named or ([((len(kept), months - 1), goal - reached)] if len(kept) < months else [])
    points = list(kept)
    for (first, last), amount in steps:
        points += [reached] * (first - len(points))
        points += [reached + amount * nth // (last - first + 1) for nth in range(1, last - first + 2)]
        reached += amount
    return (*points, *[reached] * (months - len(points)))


def _reached(course: Course) -> Micro:
    return course[-1] if course else 0


def _decimal(amount: Micro) -> Decimal:
    number, rest = divmod(amount, MICRO)
    return Decimal(f"{number}.{rest:06}".rstrip("0").rstrip("."))
