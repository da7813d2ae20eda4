"""What follows from results where the agency credits and pays by them: ceilings, credit points, allowances, and both
again where a result was amended.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from neraca.demo.cases import Fates
from neraca.demo.scope import Part
from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.remuneration.allowance import FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.domain.remuneration.credit import BringForwardCredit, FixCredit
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Role

_CEILINGS = {
    PositionClass.SENIOR_EXECUTIVE: 32_000_000,
    PositionClass.ADMINISTRATOR: 18_000_000,
    PositionClass.SUPERVISOR: 11_000_000,
    PositionClass.FUNCTIONAL: 7_000_000,
    PositionClass.OPERATIONAL: 5_000_000,
}
"""Invented amounts: half for the work load, half for what is achieved."""
_MOST = 60
"""People who are paid by the demo: every amount rests on a year's records, which are read for it."""


def pay(stage: Simulation, people: list[Person], part: Part, fated: Fates) -> Iterable[Step]:
    periods = part.periods
    hr, year = stage.clerk(Role.HR), periods[0].starts.year
    since = periods[0].starts
    amended = {nip for (nip, _), fate in fated.periodic.items() if fate.objection is ObjectionOutcome.AMENDED}
    paid = sorted(people[1:], key=lambda person: person.nip not in amended)[:_MOST]
    # When the year is joined and no objection is pending any more.
    day = stage.working(date(year + 1, 2, 20))
    if "credit" in part.purposes:
        levels = [person for person in paid if person.career_level is not None]
        for person in levels[:1]:
            brought = BringForwardCredit(
                employee=person.nip,
                level=str(person.career_level),
                on=since,
                decree="PAK contoh 12/2024",
                points=Decimal("37.50"),
            )
            yield Step(stage.at(stage.working(since), 14), hr, (brought,))
        for person in levels:
            fixed = FixCredit(employee=person.nip, period=str(year))
            yield Step(stage.at(day, 10), hr, (fixed,), needs=f"result {person.nip}/{year}")
    if "allowance" not in part.purposes:
        return
    ceilings = tuple(
        SetCeiling(
            since=since,
            position_class=kind,
            decree="Perwal contoh tentang TPP",
            work_load=Decimal(amount) / 2,
            achievement=Decimal(amount) / 2,
        )
        for kind, amount in _CEILINGS.items()
    )
    yield Step(stage.at(stage.working(since), 13), hr, ceilings)
    month, last = f"{year}-12", periods[-1].label
    early = stage.working(stage.working(periods[-1].ends + timedelta(days=12)) + timedelta(days=1))
    for person in paid:
        fixed = FixAllowance(employee=person.nip, month=month, appraisal=last)
        yield Step(stage.at(early, 16), hr, (fixed,), needs=f"result {person.nip}/{last}")
        if person.nip in amended:
            revised = ReviseAllowance(employee=person.nip, month=month, appraisal=last, reason="hasil diubah keberatan")
            yield Step(stage.at(day, 11), hr, (revised,), needs=f"result {person.nip}/{last}")
