"""Who rates where the policy assigns raters: drawn when the time to rate begins, sealed until it is over.

Whom the salt draws nobody knows beforehand, so a step is sent by whoever is assigned in a place. Of those who rate one
person one declines, and is replaced by the next of the draw; one stays silent. One of those who work under a leader
stays silent too.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from neraca.demo.staff import Person
from neraca.demo.steps import Place, Simulation, Step
from neraca.domain.agency import days_before, deadline
from neraca.domain.appraisal import commands as ask
from neraca.domain.period import Period
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.compiled.rulebook import span
from neraca.policy.model import AssigningRule

_MOST = 12
"""Of people who work under somebody so many rate, if there are as many."""


class Told(Struct, frozen=True):
    """`of` has one who declines among those who rate them; of each of `silent` one stays silent."""

    of: str | None
    silent: frozenset[str]


def told_of(people: Sequence[Person], moving: Collection[str]) -> Told:
    """The last who leads nobody and stays, and whoever leads an office, the last first."""
    leading = {one.supervisor for one in people}
    able = [one.nip for one in people[1:] if one.nip not in leading and one.nip not in moving]
    heads = [one.nip for one in people[1:] if one.nip in leading and one.supervisor == people[0].nip]
    of = able[-1] if able else None
    return Told(of, frozenset([*able[-1:], *heads[-1:]]))


def rule_of(stage: Simulation) -> AssigningRule | None:
    return None if stage.policy.workflow is None else stage.policy.workflow.raters


def draw(
    stage: Simulation, people: Sequence[Person], moving: Collection[str], periods: Sequence[Period]
) -> Iterable[Step]:
    """What the clock does when the time to rate begins, and who declines on the day after; nothing where the policy
    assigns nobody.
    """
    rule = rule_of(stage)
    if rule is None:
        return
    of = told_of(people, moving).of
    for period in periods:
        first, _ = window(stage, rule, period)
        yield Step(stage.at(first, 1), stage.clock(), (OpenRaterDraw(period=period.label),))
        for person in people[1:]:
            assigned = ask.AssignRaters(employee=person.nip, period=period.label)
            yield Step(stage.at(first, 2), stage.clock(), (assigned,))
        if of is not None and RATER_GROUP[Relation.PEER] in rule.groups:
            declined = ask.DeclineAssignment(employee=of, period=period.label, reason="kerabat dekat (contoh)")
            place = Place(of, period.label, Relation.PEER, 0)
            yield Step(stage.at(first + timedelta(days=1), 9), stage.person(of), (declined,), place=place)


def rated(
    stage: Simulation,
    rule: AssigningRule,
    relation: Relation,
    period: Period,
    employee: str,
    give: Callable[[], ask.Rate],
    *,
    silent: bool,
) -> Iterable[Step]:
    """What each who is assigned gives, by the places that there may be."""
    first, last = window(stage, rule, period)
    begins = first + timedelta(days=2)
    for number in range(rule.groups[RATER_GROUP[relation]].count or _MOST):
        given = give()
        day = begins + timedelta(days=stage.rng.randrange((last - begins).days))
        if number or not silent:
            place = Place(employee, period.label, relation, number)
            yield Step(stage.at(day, 11), stage.person(employee), (given,), place=place)


def window(stage: Simulation, rule: AssigningRule, period: Period) -> tuple[date, date]:
    """The first and last day to rate."""
    return days_before(stage.agency, period.ends, span(rule.opens)), deadline(
        stage.agency, period.ends, span(rule.within)
    )
