"""What a region wants in a span of years (RPJMD): its vision, its missions, and the goals that plans of units serve.

All spans of a region are in one stream, so that no two hold for one year.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR, Key, Prose, Title, Year

LONGEST = 20
"""Years of a span: no plan of a region is made for longer."""


class Goal(Struct, frozen=True):
    """Tujuan atau sasaran of a mission: `id` is what results of units name."""

    id: Key
    title: Title


class Mission(Struct, frozen=True):
    id: Key
    title: Title
    goals: list[Goal]


class OfMission(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`first_year` is that of the span."""

    first_year: int


class MissionSet(OfMission, ReadableWhole, frozen=True, tag="mission.set"):
    """`decree` is the regulation that sets it."""

    last_year: int
    vision: str
    missions: list[Mission]
    decree: str


class MissionRevised(OfMission, ReadableWhole, frozen=True, tag="mission.revised"):
    """All of it as it is from the day `on`: what served a goal that is gone serves nothing from then on."""

    vision: str
    missions: list[Mission]
    on: date
    reason: str


class MissionEnded(OfMission, ReadableWhole, frozen=True, tag="mission.ended"):
    """`last_year` is the last for which it holds, before the one that it was set for."""

    last_year: int
    on: date
    reason: str


MissionEvent: TypeAlias = MissionSet | MissionRevised | MissionEnded


class ToMission(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    first_year: Year


class SetMission(ToMission, frozen=True, tag="set-mission"):
    last_year: Year
    vision: Prose
    missions: list[Mission]
    decree: Title


class ReviseMission(ToMission, frozen=True, tag="revise-mission"):
    """The whole vision with its missions, as it is to be."""

    vision: Prose
    missions: list[Mission]
    reason: Prose


class EndMission(ToMission, frozen=True, tag="end-mission"):
    """`last_year` is the last for which it is to hold; the next span may begin with the one after."""

    last_year: Year
    reason: Prose


MissionCommand: TypeAlias = SetMission | ReviseMission | EndMission


class Span(Struct, frozen=True):
    """A vision with its missions, for the years from `first` to `last`."""

    first: int
    last: int
    vision: str
    missions: list[Mission]

    @property
    def goals(self) -> dict[str, str]:
        """Goal -> its title."""
        return {goal.id: goal.title for mission in self.missions for goal in mission.goals}


class State(Struct):
    """`spans` are by their first year. Changes in place."""

    spans: dict[int, Span] = field(default_factory=dict[int, Span])


def evolve(state: State, event: MissionEvent) -> State:
    match event:
        case MissionSet():
            state.spans[event.first_year] = Span(event.first_year, event.last_year, event.vision, event.missions)
        case MissionRevised():
            last = state.spans[event.first_year].last
            state.spans[event.first_year] = Span(event.first_year, last, event.vision, event.missions)
        case MissionEnded():
            before = state.spans[event.first_year]
            state.spans[event.first_year] = Span(before.first, event.last_year, before.vision, before.missions)
        case _:
            assert_never(event)
    return state


def span_of(state: State, year: int) -> Span | None:
    """The span that holds for a year; None where none was set."""
    return next((one for one in state.spans.values() if one.first <= year <= one.last), None)


def decide(command: MissionCommand, state: State, context: Context) -> list[MissionEvent]:
    match command:
        case SetMission():
            return [_set(command, state)]
        case ReviseMission():
            return [_revised(command, state, context.today)]
        case EndMission():
            return [_ended(command, state, context.today)]
        case _:
            assert_never(command)


def _set(command: SetMission, state: State) -> MissionSet:
    first, last = command.first_year, command.last_year
    for name, year in (("first_year", first), ("last_year", last)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid(f"/{name}: {year} is no year from {FIRST_YEAR} to {LAST_YEAR}", field=f"/{name}")
    if not first <= last < first + LONGEST:
        raise Invalid(
            f"/last_year: a mission is set for 1 to {LONGEST} years, and {first} to {last} are not; name a later last "
            "year, or an earlier one",
            field="/last_year",
        )
    met = [one for one in state.spans.values() if one.first <= last and first <= one.last]
    if met:
        raise Conflict(
            f"/first_year: a mission holds for {met[0].first} to {met[0].last} already; revise it, or end it first",
            field="/first_year",
        )
    _check(command.vision, command.missions)
    return MissionSet(
        first_year=first,
        last_year=last,
        vision=command.vision,
        missions=command.missions,
        decree=validation.written(command.decree, "/decree", "the decree"),
    )


def _revised(command: ReviseMission, state: State, today: date) -> MissionRevised:
    own = _there(command, state)
    reason = validation.written(command.reason, "/reason", "the reason")
    _check(command.vision, command.missions)
    if (command.vision, command.missions) == (own.vision, own.missions):
        raise AlreadyDone("nothing would change; give the vision and its missions as they are to be")
    return MissionRevised(
        first_year=own.first, vision=command.vision, missions=command.missions, on=today, reason=reason
    )


def _ended(command: EndMission, state: State, today: date) -> MissionEnded:
    own = _there(command, state)
    reason = validation.written(command.reason, "/reason", "the reason")
    if not own.first <= command.last_year < own.last:
        raise Invalid(
            f"/last_year: {command.last_year} is not a year from {own.first} to before {own.last}; name the last for "
            "which it holds",
            field="/last_year",
        )
    return MissionEnded(first_year=own.first, last_year=command.last_year, on=today, reason=reason)


def _there(command: ReviseMission | EndMission, state: State) -> Span:
    own = state.spans.get(command.first_year)
    if own is None:
        there = ", ".join(str(year) for year in sorted(state.spans))
        raise NotFound(
            f"/first_year: no mission begins with {command.first_year}; "
            + (f"there are those of {there}" if there else "set one first"),
            field="/first_year",
        )
    return own


def _check(vision: str, missions: Sequence[Mission]) -> None:
    validation.written(vision, "/vision", "the vision")
    if not missions:
        raise Invalid("/missions: there is no mission; name at least one with its goals", field="/missions")
    for at, mission in enumerate(missions):
        if not mission.goals:
            field = f"/missions/{at}/goals"
            raise Invalid(f"{field}: '{mission.id}' has no goal; name what units are to serve", field=field)
    _once([one.id for one in missions], "mission")
    _once([goal.id for one in missions for goal in one.goals], "goal")


def _once(ids: Sequence[str], what: str) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        raise Invalid(f"/missions: {what} '{twice[0]}' is there twice; give each an id of its own", field="/missions")
