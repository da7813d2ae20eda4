"""The ceilings of the performance allowance (pagu TPP) in an agency: by post or class of posts, each from a day on.

A ceiling is the sum of what it is paid for: work load, achievement, conditions of work, scarcity of the profession.
"""

from datetime import date
from decimal import Decimal
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.remuneration.told_facts import level_word
from neraca.domain.text_kinds import Name, Prose, Title
from neraca.domain.vocabulary import PositionClass


class OfCeilings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For a post by its title, or for a class of posts, be it only those of a career level."""

    since: date
    position: str | None = None
    position_class: PositionClass | None = None
    career_level: str | None = None


class CeilingSet(OfCeilings, WithoutFacts, ReadableWhole, frozen=True, tag="ceiling.set"):
    """Rupiah a month, from `since` until another of the same post or class; of two for one day the later holds."""

    decree: str
    work_load: Decimal = Decimal(0)
    achievement: Decimal = Decimal(0)
    conditions: Decimal = Decimal(0)
    scarcity: Decimal = Decimal(0)


class CeilingWithdrawn(OfCeilings, WithoutFacts, ReadableWhole, frozen=True, tag="ceiling.withdrawn"):
    """What was set for the post or class from that day is as if it had never been; what held before holds on."""

    reason: str


CeilingEvent: TypeAlias = CeilingSet | CeilingWithdrawn


class ToCeilings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    since: date
    position: Title | None = None
    position_class: PositionClass | None = None
    career_level: Name | None = None


class SetCeiling(ToCeilings, frozen=True, tag="set-ceiling"):
    """In whole rupiah a month; `decree` is what establishes it."""

    decree: Title
    work_load: Decimal = Decimal(0)
    achievement: Decimal = Decimal(0)
    conditions: Decimal = Decimal(0)
    scarcity: Decimal = Decimal(0)


class WithdrawCeiling(ToCeilings, frozen=True, tag="withdraw-ceiling"):
    """One that was set wrongly, for the same post or class and from the same day."""

    reason: Prose


CeilingCommand: TypeAlias = SetCeiling | WithdrawCeiling

Key: TypeAlias = tuple[str, ...]


class Ceiling(Struct, frozen=True):
    """One that was set; `at` is the log position where that is known."""

    since: date
    parts: tuple[Decimal, ...]
    at: int = 0

    @property
    def amount(self) -> Decimal:
        return sum(self.parts, Decimal(0))


class State(Struct):
    """By post or class, in order of their first day. Changes in place."""

    ceilings: dict[Key, list[Ceiling]] = field(default_factory=dict[Key, list[Ceiling]])


def evolve(state: State, event: CeilingEvent, at: int = 0) -> State:
    match event:
        case CeilingSet():
            ceilings = [*_others(event, state), Ceiling(event.since, _parts(event), at)]
            state.ceilings[_key(event)] = sorted(ceilings, key=lambda one: one.since)
        case CeilingWithdrawn():
            state.ceilings[_key(event)] = _others(event, state)
        case _:
            assert_never(event)
    return state


def decide(command: CeilingCommand, state: State, context: Context) -> list[CeilingEvent]:
    _one_post_or_class(command)
    match command:
        case SetCeiling():
            validation.written(command.decree, "/decree", "the decree")
            for name in ("work_load", "achievement", "conditions", "scarcity"):
                _rupiah(getattr(command, name), f"/{name}")
            parts = _parts(command)
            if not any(parts):
                raise Invalid(
                    "/work_load: a ceiling of nothing pays nobody; give what it is made of", field="/work_load"
                )
            if any((one.since, one.parts) == (command.since, parts) for one in state.ceilings.get(_key(command), ())):
                raise AlreadyDone(f"/since: this is the ceiling from {command.since} already", field="/since")
            return [
                CeilingSet(
                    since=command.since,
                    decree=command.decree,
                    position=command.position,
                    position_class=command.position_class,
                    career_level=command.career_level,
                    work_load=command.work_load,
                    achievement=command.achievement,
                    conditions=command.conditions,
                    scarcity=command.scarcity,
                )
            ]
        case WithdrawCeiling():
            if all(one.since != command.since for one in state.ceilings.get(_key(command), ())):
                raise NotFound(f"/since: no ceiling was set from {command.since}; name its first day", field="/since")
            return [
                CeilingWithdrawn(
                    since=command.since,
                    position=command.position,
                    position_class=command.position_class,
                    career_level=command.career_level,
                    reason=validation.written(command.reason, "/reason", "the reason"),
                )
            ]
        case _:
            assert_never(command)


def ceiling_on(
    state: State, day: date, position: str | None, position_class: PositionClass | None, level: str | None
) -> Ceiling | None:
    """What holds for somebody on a day: that of their post, else of their class and level, else of their class."""
    keys: list[Key] = [] if position is None else [("position", validation.token(position))]
    if position_class is not None:
        keys += [] if level is None else [("class", position_class.value, level_word(level))]
        keys.append(("class", position_class.value))
    for key in keys:
        holding = [one for one in state.ceilings.get(key, ()) if one.since <= day]
        if holding:
            return holding[-1]
    return None


def _others(event: CeilingEvent, state: State) -> list[Ceiling]:
    return [one for one in state.ceilings.get(_key(event), []) if one.since != event.since]


def _key(one: OfCeilings | ToCeilings) -> Key:
    if one.position is not None:
        return ("position", validation.token(one.position))
    level = () if one.career_level is None else (level_word(one.career_level),)
    return ("class", "" if one.position_class is None else one.position_class.value, *level)


def _parts(one: CeilingSet | SetCeiling) -> tuple[Decimal, ...]:
    return (one.work_load, one.achievement, one.conditions, one.scarcity)


def _one_post_or_class(command: CeilingCommand) -> None:
    if (command.position is None) == (command.position_class is None):
        raise Invalid("/position: give a post by its title or a position_class, one of the two", field="/position")
    if command.position is not None and command.career_level is not None:
        raise Invalid(
            "/career_level: a post has one level; leave it out, or give position_class in place of position",
            field="/career_level",
        )


def _rupiah(amount: Decimal, field: str) -> None:
    validation.exact(amount, field)
    if amount < 0 or amount % 1:
        raise Invalid(f"{field}: {amount} is no amount of whole rupiah from 0 on", field=field)
