"""What post, class and level an employee has from a day on, and what was recorded wrongly of them at registration.

Promotion and any other change holds from its own day: before it, and in appraisals that were opened before it, all is
as it was. A correction says what registration should have said.
"""

from datetime import date
from typing import TypeAlias, assert_never

from neraca.domain import validation
from neraca.domain.assignments import Tenure, class_on, held_from, level_on, months_owed, title_on
from neraca.domain.contexts import Context
from neraca.domain.employee import OfEmployee, ToEmployee
from neraca.domain.errors import AlreadyDone, Invalid
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.service_days import not_oneself, registered_since, within_service
from neraca.domain.text_kinds import Name, Prose, Title
from neraca.domain.vocabulary import PositionClass


class PositionChanged(
    OfEmployee, WithoutFacts, ReadableWhole, frozen=True, kw_only=True, tag="employee.position-changed"
):
    """Promoted, or otherwise in another post, class or level from `since` on; None leaves one as it was."""

    since: date
    position: str | None = None
    position_class: PositionClass | None = None
    career_level: str | None = None
    decree: str
    reason: str


class EmployeeCorrected(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, kw_only=True, tag="employee.corrected"):
    """Registration should have said this; None leaves what it said."""

    name: str | None = None
    position: str | None = None
    position_class: PositionClass | None = None
    career_level: str | None = None
    reason: str


CareerEvent: TypeAlias = PositionChanged | EmployeeCorrected


class ChangePosition(ToEmployee, frozen=True, kw_only=True, tag="change-position"):
    """At least one of post, class and level; of two changes for one day the one recorded later holds.

    An appraisal keeps the class it was opened with: whoever is to be judged by the new one is appraised in two parts.
    """

    since: date
    position: Title | None = None
    position_class: PositionClass | None = None
    career_level: Name | None = None
    decree: Title
    reason: Prose


class CorrectEmployee(ToEmployee, frozen=True, kw_only=True, tag="correct-employee"):
    """What registration got wrong. What changed later is told by change-position, from its day on."""

    name: Name | None = None
    position: Title | None = None
    position_class: PositionClass | None = None
    career_level: Name | None = None
    reason: Prose


CareerCommand: TypeAlias = ChangePosition | CorrectEmployee


def evolve(tenure: Tenure, event: CareerEvent) -> None:
    """Changes the tenure in place."""
    since = event.since if isinstance(event, PositionChanged) else tenure.since
    if since is None:
        return
    if event.position is not None:
        tenure.posts = held_from(tenure.posts, since, event.position)
    if event.position_class is not None:
        tenure.classes = held_from(tenure.classes, since, event.position_class)
    if event.career_level is not None:
        tenure.levels = held_from(tenure.levels, since, event.career_level)
    if isinstance(event, EmployeeCorrected) and event.name is not None:
        tenure.name = event.name


def levels_by_month(tenure: Tenure, first: date, last: date) -> list[tuple[str, list[int]]]:
    """Each career level, in order of days, with the months of one year that count for it: those owed, by the level
    that is held on their first day, or on the first of service. The law counts months and names no day: that is ours.
    """
    found: dict[str, list[int]] = {}
    for month in sorted(months_owed(tenure, first, last)):
        level = level_on(tenure, max(date(first.year, month, 1), tenure.since or first))
        if level is not None:
            found.setdefault(level, []).append(month)
    return [*found.items()]


def decide(command: CareerCommand, tenure: Tenure, context: Context) -> CareerEvent:
    match command:
        case ChangePosition():
            return _change(command, tenure, context)
        case CorrectEmployee():
            return _correct(command, tenure, context)
        case _:
            assert_never(command)


def _change(command: ChangePosition, tenure: Tenure, context: Context) -> PositionChanged:
    not_oneself(command.employee, context, "promote or move")
    within_service(command.since, "/since", command.employee, tenure)
    validation.written(command.decree, "/decree", "the decree")
    validation.written(command.reason, "/reason", "the reason")
    _is_news(command, command.since, tenure)
    return PositionChanged(
        since=command.since,
        position=command.position,
        position_class=command.position_class,
        career_level=command.career_level,
        decree=command.decree,
        reason=command.reason,
    )


def _correct(command: CorrectEmployee, tenure: Tenure, context: Context) -> EmployeeCorrected:
    not_oneself(command.employee, context, "correct what is recorded of")
    since = registered_since(command.employee, tenure)
    validation.written(command.reason, "/reason", "the reason")
    if command.name is not None:
        validation.written(command.name, "/name", "the name")
    if command.name in (None, tenure.name):
        _is_news(command, since, tenure)
    return EmployeeCorrected(
        name=command.name,
        position=command.position,
        position_class=command.position_class,
        career_level=command.career_level,
        reason=command.reason,
    )


def _is_news(command: CareerCommand, day: date, tenure: Tenure) -> None:
    if tenure.state_official and command.position_class is not None:
        raise Invalid(
            "/position_class: a state official is in no class of posts; leave it out", field="/position_class"
        )
    known = {
        "position": (command.position, title_on(tenure, day)),
        "position_class": (command.position_class, class_on(tenure, day)),
        "career_level": (command.career_level, level_on(tenure, day)),
    }
    given = [name for name, (new, _) in known.items() if new is not None]
    if not given:
        raise Invalid("/position: nothing would change; give a post, a class or a level", field="/position")
    if all(known[name][0] == known[name][1] for name in given):
        raise AlreadyDone(f"/{given[0]}: {command.employee} has that on {day} already", field=f"/{given[0]}")
