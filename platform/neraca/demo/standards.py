"""What posts ask of whoever holds them, where nobody is judged without competence: kept with its decree from the first
day, one that was set wrongly revised with a reason, and one post with a standard of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from neraca.demo.staff import Person
from neraca.demo.steps import Simulation, Step
from neraca.domain.competency_standards import RequiredLevel, SetCompetencyStandard
from neraca.domain.vocabulary import PositionClass, Role
from neraca.policy.model import Items, Majority

COMPETENCIES = "kompetensi"
"""The list of a policy that competence is in."""

NAMES = ("teknis", "manajerial", "sosial kultural", "pelayanan")
_CLASSES = (
    PositionClass.ADMINISTRATOR,
    PositionClass.SUPERVISOR,
    PositionClass.FUNCTIONAL,
    PositionClass.OPERATIONAL,
)
_WRONG, _CORRECTED = timedelta(days=30), timedelta(days=90)
"""After the first day: when a standard is set with a level too many, and when that is seen."""


def asked(stage: Simulation) -> tuple[str, ...]:
    """The competencies that posts ask; none where an agency keeps no standards."""
    for one in stage.policy.indicators.values():
        measure = one.measure
        if isinstance(measure, Items | Majority) and measure.source == COMPETENCIES and one.missing == "block":
            return NAMES[: max(3, measure.min_items)]
    return ()


def keep_standards(stage: Simulation, people: Sequence[Person], since: date) -> Iterable[Step]:
    names, hr = asked(stage), stage.clerk(Role.HR)
    if not names:
        return
    day = stage.working(since)
    of_classes = tuple(
        SetCompetencyStandard(
            since=since,
            position_class=one,
            decree=f"SK standar kompetensi {one.value.lower()} (contoh)",
            levels=_levels(names, 4),
        )
        for one in _CLASSES
    )
    yield Step(stage.at(day, 7), hr, of_classes)
    post = next((one.position for one in people if one.position_class is PositionClass.OPERATIONAL), None)
    if post is None:
        return
    decree = "SK standar kompetensi jabatan loket (contoh)"
    for after, lead, reason in ((_WRONG, 5, None), (_CORRECTED, 3, "tingkat manajerial keliru (contoh)")):
        own = SetCompetencyStandard(
            since=since, position=post, decree=decree, levels=_levels(names, lead), reason=reason
        )
        yield Step(stage.at(stage.working(since + after), 10), hr, (own,))


def _levels(names: Sequence[str], lead: int) -> list[RequiredLevel]:
    """What is asked of whoever leads is told apart; all else is four."""
    return [RequiredLevel(one, Decimal(lead if one == "manajerial" else 4)) for one in names]
