"""What a post asks of whoever holds it (standar kompetensi jabatan): competencies and the level of each, by the title
of a post or by a class of posts, each from a day on, by a decree.

Of a post that has a standard of its own that holds, else that of its class. What was wrong is revised or withdrawn with
a reason; what was assessed by it stays as it was assessed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import Tenure, class_on, last_served, title_on
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.text_kinds import Prose, Title
from neraca.domain.vocabulary import PositionClass


class RequiredLevel(Struct, frozen=True):
    """A competency, and the level that is asked."""

    name: Title
    level: Decimal


class OfCompetencyStandard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For a post by its title, or for a class of posts."""

    since: date
    position: str | None = None
    position_class: PositionClass | None = None


class CompetencyStandardSet(
    OfCompetencyStandard, WithoutFacts, ReadableWhole, frozen=True, tag="competency-standard.set"
):
    """From `since` until another of the same post or class. `reason` where it takes the place of one from that day."""

    decree: str
    levels: list[RequiredLevel]
    reason: str | None = None


class CompetencyStandardWithdrawn(
    OfCompetencyStandard, WithoutFacts, ReadableWhole, frozen=True, tag="competency-standard.withdrawn"
):
    """What was set from that day is as if it had never been; what held before holds on."""

    reason: str


CompetencyStandardEvent: TypeAlias = CompetencyStandardSet | CompetencyStandardWithdrawn


class ToCompetencyStandard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    since: date
    position: Title | None = None
    position_class: PositionClass | None = None


class SetCompetencyStandard(ToCompetencyStandard, frozen=True, tag="set-competency-standard"):
    """`decree` is what establishes it; with a `reason` it revises what was set from that day."""

    decree: Title
    levels: list[RequiredLevel]
    reason: Prose | None = None


class WithdrawCompetencyStandard(ToCompetencyStandard, frozen=True, tag="withdraw-competency-standard"):
    """One that was set wrongly, for the same post or class and from the same day."""

    reason: Prose


CompetencyStandardCommand: TypeAlias = SetCompetencyStandard | WithdrawCompetencyStandard

Key: TypeAlias = tuple[str, str]
"""What a standard is of: a post by its title in its one form, or a class of posts."""


class Standard(Struct, frozen=True):
    """One that was set; `at` is the log position where that is known."""

    since: date
    decree: str
    levels: tuple[RequiredLevel, ...]
    position: str | None = None
    position_class: PositionClass | None = None
    at: int = 0

    @property
    def of(self) -> str:
        return self.position or str(self.position_class)


class State(Struct):
    """Of one post or class, in order of their first day. Changes in place."""

    standards: list[Standard] = field(default_factory=list[Standard])


def key(one: OfCompetencyStandard | ToCompetencyStandard) -> Key:
    if one.position is not None:
        return ("post", validation.token(one.position))
    return ("class", "" if one.position_class is None else one.position_class.value)


def evolve(state: State, event: CompetencyStandardEvent, at: int = 0) -> State:
    others = [one for one in state.standards if one.since != event.since]
    match event:
        case CompetencyStandardSet():
            new = Standard(event.since, event.decree, tuple(event.levels), event.position, event.position_class, at)
            state.standards = sorted([*others, new], key=lambda one: one.since)
        case CompetencyStandardWithdrawn():
            state.standards = others
        case _:
            assert_never(event)
    return state


def decide(command: CompetencyStandardCommand, state: State, context: Context) -> list[CompetencyStandardEvent]:
    if (command.position is None) == (command.position_class is None):
        raise Invalid("/position: give a post by its title or a position_class, one of the two", field="/position")
    there = next((one for one in state.standards if one.since == command.since), None)
    match command:
        case SetCompetencyStandard():
            return [_set(command, there)]
        case WithdrawCompetencyStandard():
            if there is None:
                raise NotFound(f"/since: no standard was set from {command.since}; name its first day", field="/since")
            return [
                CompetencyStandardWithdrawn(
                    since=command.since,
                    position=command.position,
                    position_class=command.position_class,
                    reason=validation.written(command.reason, "/reason", "the reason"),
                )
            ]
        case _:
            assert_never(command)


def _set(command: SetCompetencyStandard, there: Standard | None) -> CompetencyStandardSet:
    validation.written(command.decree, "/decree", "the decree")
    if not command.levels:
        raise Invalid("/levels: a standard asks at least one competency", field="/levels")
    named: set[str] = set()
    for at, one in enumerate(command.levels):
        validation.written(one.name, f"/levels/{at}/name", "the name")
        if validation.exact(one.level, f"/levels/{at}/level") <= 0:
            raise Invalid(
                f"/levels/{at}/level: must be above 0: the level reached is divided by it", field=f"/levels/{at}/level"
            )
        if validation.token(one.name) in named:
            raise Invalid(f"/levels/{at}/name: '{one.name}' is there twice; ask each once", field=f"/levels/{at}/name")
        named.add(validation.token(one.name))
    if there is not None and command.reason is None:
        raise AlreadyDone(
            f"/since: a standard holds from {command.since} already; give a reason to revise it", field="/since"
        )
    if there is None and command.reason is not None:
        raise Invalid(
            f"/reason: a reason is for a standard that is there, and none was set from {command.since}", field="/reason"
        )
    return CompetencyStandardSet(
        since=command.since,
        position=command.position,
        position_class=command.position_class,
        decree=command.decree,
        levels=command.levels,
        reason=None if command.reason is None else validation.written(command.reason, "/reason", "the reason"),
    )


def keys_in(tenure: Tenure, first: date, last: date) -> set[Key]:
    """Those of the posts and classes that somebody had on the days."""
    found: set[Key] = set()
    for day in _days(tenure, first, last):
        found.update(_keys_on(tenure, day))
    return found


def most_days(tenure: Tenure, first: date, last: date, states: Mapping[Key, State]) -> Standard | None:
    """The standard that held on most days of service in a period, of those alike the later one; None without any.

    That somebody is held against the post that they had for longest, and not against the last one, is ours.
    """
    days: dict[int, int] = {}
    known: dict[int, Standard] = {}
    for day in _days(tenure, first, last):
        if (one := _on(tenure, day, states)) is not None:
            days[one.at] = days.get(one.at, 0) + 1
            known[one.at] = one
    return max(known.values(), key=lambda one: (days[one.at], one.since, one.at), default=None)


def _days(tenure: Tenure, first: date, last: date) -> Iterable[date]:
    begins = max(first, tenure.since or first)
    ends = last_served(tenure, first, last)
    return () if ends is None else (begins + timedelta(days=n) for n in range((ends - begins).days + 1))


def _keys_on(tenure: Tenure, day: date) -> list[Key]:
    title, of_class = title_on(tenure, day), class_on(tenure, day)
    found: list[Key] = [] if title is None else [("post", validation.token(title))]
    return found if of_class is None else [*found, ("class", of_class.value)]


def _on(tenure: Tenure, day: date, states: Mapping[Key, State]) -> Standard | None:
    for key_ in _keys_on(tenure, day):
        holding = [one for one in states.get(key_, State()).standards if one.since <= day]
        if holding:
            return holding[-1]
    return None
