"""The people of one appraiser judged beside one another: before the results of the last period are fixed, and those of
the year when all of it is decided.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TypedDict

from neraca.demo.environment import org_predicate
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
_ENOUGH = 6
"""Members, for one to be judged anew beside the others."""


class _Key(TypedDict):
    appraiser: str
    period: str


def close_cohorts(
    stage: Simulation, people: list[Person], places: Mapping[str, tuple[str, str | None]], periods: list[Period]
) -> Iterable[Step]:
    """Whoever has nobody's result in question closes; a cohort with somebody who was not rated stays open."""
    rule = stage.policy.distribution
    if rule is None or rule.mode == "off":
        return
    members: dict[str, list[str]] = {}
    for person in people[1:]:
        if (appraiser := places[person.nip][1]) is not None:
            members.setdefault(appraiser, []).append(person.nip)
    appraisers = sorted(members, key=lambda nip: -len(members[nip]))[:_MOST]
    last, year = periods[-1], str(periods[0].starts.year)
    day = stage.working(last.ends + timedelta(days=9))
    for number, appraiser in enumerate(appraisers):
        moved = members[appraiser] if number < _CALIBRATED else []
        yield from _ratings_closed(stage, members[appraiser], last.label, day)
        yield from _closed(stage, appraiser, last.label, day, moved)
    if last.label != year and stage.policy.period.annual is not None:
        units = sorted({person.unit for person in people})
        yield from _annual_predicates(stage, units, year, stage.working(date(int(year) + 1, 1, 20)))
    day = stage.working(date(int(year) + 1, 2, 16))
    for appraiser in appraisers:
        yield from _closed(stage, appraiser, year, day, [])


def _annual_predicates(stage: Simulation, units: list[str], year: str, day: date) -> Iterable[Step]:
    for unit in units:
        index = stage.around(stage.rng.randint(20, 100), 78, 118)
        published = PublishAchievement(
            unit=unit, period=year, index=index, predicate=org_predicate(index), source="LKjIP contoh"
        )
        yield Step(stage.at(day, 9), stage.clerk(Role.OFFICIAL), (published,))


def _ratings_closed(stage: Simulation, members: list[str], period: str, day: date) -> Iterable[Step]:
    """The anonymous groups of all, so that their people can be judged; refused of whom is final already."""
    heard = (group for panel in stage.policy.panels.values() for group in panel.raters.items())
    if not any(name in FLOORS or rule.anonymous for name, rule in heard):
        return
    for employee in members:
        closing = CloseRatings(employee=employee, period=period)
        yield Step(stage.at(day, 12), stage.clerk(Role.HR), (closing,), may_fail=True)


def _closed(stage: Simulation, appraiser: str, period: str, day: date, moved: list[str]) -> Iterable[Step]:
    """Opened, judged, one of `moved` perhaps judged anew, closed. Refused where it was closed before, or where
    somebody has no predicate yet.
    """
    hr, key = stage.clerk(Role.HR), _Key(appraiser=appraiser, period=period)
    yield Step(stage.at(day, 13), hr, (OpenCohort(**key),), may_fail=True)
    yield Step(stage.at(day, 14), hr, (JudgeCohort(**key),), may_fail=True)
    best = max(stage.policy.predicates, key=lambda name: stage.policy.predicates[name].rank)
    if len(moved) >= _ENOUGH:
        anew = CalibratePredicate(
            **key, employee=moved[0], predicate=best, reason="lebih baik daripada rekan setim (contoh)"
        )
        yield Step(stage.at(day, 15), stage.person(appraiser), (anew,), may_fail=True)
    yield Step(stage.at(day, 16), hr, (CloseCohort(**key),), may_fail=True)
