"""What an office will mend of what it achieved in the year, and that it answered for it in the next."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from neraca.demo.environment import late_unit
from neraca.demo.steps import Simulation, Step
from neraca.domain.facts import UNIT_INDEX
from neraca.domain.improvement import AnswerImprovement, ImprovementStep, PlanImprovement
from neraca.domain.period import Period
from neraca.domain.vocabulary import Role
from neraca.policy.model import Index


def mend(stage: Simulation, periods: Sequence[Period], units: Sequence[str]) -> Iterable[Step]:
    """Where people are judged by the year and by what their office achieved: the first that tells it in time."""
    read = {one.measure.fact for one in stage.policy.indicators.values() if isinstance(one.measure, Index)}
    year = periods[-1]
    told = [unit for unit in units if unit != late_unit(units)]
    if UNIT_INDEX not in read or year.cycle != "year" or not told:
        return
    next_year, official = year.ends.year + 1, stage.clerk(Role.OFFICIAL)
    step = ImprovementStep("antrean dibagi menurut jenis layanan (contoh)", date(next_year, 1, 31))
    planned = PlanImprovement(unit=told[0], period=year.label, steps=[step])
    yield Step(stage.at(stage.working(year.ends + timedelta(days=7)), 9), official, (planned,))
    answered = AnswerImprovement(
        unit=told[0], period=year.label, outcome="partly", words="dua dari tiga jenis sudah dibagi (contoh)"
    )
    yield Step(stage.at(stage.working(date(next_year, 2, 2)), 9), official, (answered,))
