"""The people of one appraiser judged beside one another: before the results of the last period are fixed, and those of
the year when all of it is decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

from neraca.demo.cases import Fates
from neraca.demo.environment import late_unit, org_predicate
from neraca.demo.scenario import OBJECTING
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.achievement import PublishAchievement
from neraca.domain.appraisal.commands import CloseRatings
from neraca.domain.cohort.commands import CalibratePredicate, CloseCohort, JudgeCohort, OpenCohort
from neraca.domain.period import Period
from neraca.domain.rater_privacy import FLOORS
from neraca.domain.vocabulary import Role

_MOST = 40
"""Appraisers: a city has thousands, and each cohort is judged person by person."""

_CALIBRATED = 3
"""Appraisers who judge somebody anew."""
_ENOUGH = 3
"""Members, for one to be judged anew beside the others."""


class _Key(TypedDict):
    appraiser: str
    period: str


def close_cohorts(
    stage: Simulation,
    people: list[Person],
    places: Mapping[str, tuple[str, str | None]],
    periods: list[Period],
    fated: Fates,
    besides: Mapping[str, Sequence[str]],
) -> Iterable[Step]:
    """Whoever has nobody's result in question closes; a cohort with somebody who was not rated stays open.

    Where a superior still evaluates for a silent appraiser, or the unit's predicate is late, all wait for that.
    `besides` are people by the appraiser to whom they have moved.
    """
    rule = stage.policy.distribution
    if rule is None or rule.mode == "off":
        return
    members: dict[str, list[Person]] = {}
    for person in people[1:]:
        if (appraiser := places[person.nip][1]) is not None:
            members.setdefault(appraiser, []).append(person)
    appraisers = sorted(members, key=lambda nip: -len(members[nip]))[:_MOST]
    last, year = periods[-1], periods[0].starts.year
    early = stage.working(last.ends + timedelta(days=9))
    late = stage.working(date(year + 1, 2, 16))
    units = sorted({person.unit for person in people})
    awaited = late_unit(units) if last.cycle == "year" else None
    for number, appraiser in enumerate(appraisers):
        several = members[appraiser]
        waits = any(fated.of(one.nip, last).silent for one in several) or places[appraiser][0] == awaited
        # Whoever amends a moved result says what becomes of the move: another story.
        free = [one for one in several if one.talent >= OBJECTING and not fated.of(one.nip, last).spared]
        moved = free if number < _CALIBRATED and len(several) >= _ENOUGH and not waits else []
        if not waits:  # who is final is closed
            closing = [*(one.nip for one in several), *besides.get(appraiser, ())]
            yield from _ratings_closed(stage, closing, last.label, early)
        yield from _closed(stage, appraiser, last.label, late if waits else early, moved)
    if last.cycle != "year" and stage.policy.period.annual is not None:
        day = stage.working(date(year + 1, 1, 20))
        for unit in units:
            yield Step(stage.at(day, 9), stage.clerk(Role.OFFICIAL), (_published(stage, unit, str(year)),))
        for appraiser in appraisers:
            yield from _closed(stage, appraiser, str(year), late, [])


def _published(stage: Simulation, unit: str, year: str) -> PublishAchievement:
    index = stage.around(stage.rng.randint(20, 100), 78, 118)
    return PublishAchievement(
        unit=unit, period=year, index=index, predicate=org_predicate(index), source="LKjIP contoh"
    )


def _ratings_closed(stage: Simulation, members: list[str], period: str, day: date) -> Iterable[Step]:
    """The anonymous groups of all, so that their people can be judged; refused of whom is final already."""
    heard = (group for panel in stage.policy.panels.values() for group in panel.raters.items())
    if not any(name in FLOORS or rule.anonymous for name, rule in heard):
        return
    for employee in members:
        closing = CloseRatings(employee=employee, period=period)
        yield Step(stage.at(day, 12), stage.clerk(Role.HR), (closing,), may_fail=True)


def _closed(stage: Simulation, appraiser: str, period: str, day: date, moved: Sequence[Person]) -> Iterable[Step]:
    """Opened, judged, one of `moved` perhaps judged anew, closed. Refused where somebody has no predicate yet."""
    hr, key = stage.clerk(Role.HR), _Key(appraiser=appraiser, period=period)
    opened, judged = (f"{what} {appraiser}/{period}" for what in ("cohort", "judgement"))
    yield Step(stage.at(day, 13), hr, (OpenCohort(**key),), may_fail=True, makes=opened)
    yield Step(stage.at(day, 14), hr, (JudgeCohort(**key),), may_fail=True, needs=opened, makes=judged)
    best = max(stage.policy.predicates, key=lambda name: stage.policy.predicates[name].rank)
    if moved:
        # Whom it was to help may have come to as much already.
        anew = CalibratePredicate(
            **key,
            employee=min(moved, key=lambda one: one.talent).nip,
            predicate=best,
            reason="lebih baik daripada rekan setim (contoh)",
        )
        yield Step(stage.at(day, 15), stage.person(appraiser), (anew,), may_fail=True, needs=judged)
    yield Step(stage.at(day, 16), hr, (CloseCohort(**key),), needs=judged)
