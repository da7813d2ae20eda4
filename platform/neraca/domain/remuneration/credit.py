"""The credit points (angka kredit) of one employee: those brought in, and those of each appraised period, by level.

Points are gathered within a career level (jenjang) and begin anew in the next: that those left over are not taken along
is recalled of the regulation and not read (unverified).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.appraisal.state import Stage
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import BringingContext, Context, CreditContext, CreditOfLevel, having
from neraca.domain.errors import AlreadyDone, Blocked, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.period import Period, parse
from neraca.domain.remuneration.told_facts import ToldFacts, level_word
from neraca.domain.text_kinds import Name, Nip, PeriodLabel, Prose, Title


class OfCredit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    employee: str


class CreditBroughtForward(OfCredit, WithoutFacts, ReadableWhole, frozen=True, tag="credit.brought-forward"):
    """Points of a level from before, by a decree; recorded again they replace what was recorded of that level.

    They hold all that was earned until `on`: no period that ended by then is added to them.

    `years` in rank is told where the points were reckoned for a move from an administrative post, under `policy`.
    """

    level: str
    points: Decimal
    on: date
    decree: str
    years: int | None = None
    policy: PolicyRef | None = None


class Counted(OfCredit, frozen=True, kw_only=True):
    """Points of a period in a level. `appraisal` is the log position of the result they rest on, `position` the one up
    to which the log was read; `accumulated` are those of the level with all from before it.

    `rank_need` and `level_need` are what the policy asks for the next rank and the next level, where it says so.
    """

    period: str
    level: str
    months: int
    predicate: str
    points: Decimal
    accumulated: Decimal
    appraisal: int
    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    facts: ToldFacts
    nodes: dict[str, Decimal | None] = {}
    rank_need: Decimal | None = None
    level_need: Decimal | None = None


class CreditFixed(Counted, WithoutFacts, ReadableWhole, frozen=True, tag="credit.fixed"):
    pass


class CreditRevised(Counted, WithoutFacts, ReadableWhole, frozen=True, tag="credit.revised"):
    """Takes the place of what was fixed for the period and level before; that stays readable."""

    reason: str


CreditEvent: TypeAlias = CreditBroughtForward | CreditFixed | CreditRevised


class ToCredit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip


class BringForwardCredit(ToCredit, frozen=True, tag="bring-forward-credit"):
    """Either `points`, or for a move from an administrative post the whole `years` in rank: then 100 % of the yearly
    coefficient for each. They hold all that was earned in the level until `on`: no period that ended by then is added.
    """

    level: Name
    on: date
    decree: Title
    points: Decimal | None = None
    years: int | None = None


class FixCredit(ToCredit, frozen=True, tag="fix-credit"):
    """Of one appraised period, whose result is final."""

    period: PeriodLabel


class ReviseCredit(ToCredit, frozen=True, tag="revise-credit"):
    """Where the result was amended since, or what it rests on has changed."""

    period: PeriodLabel
    reason: Prose


CreditCommand: TypeAlias = BringForwardCredit | FixCredit | ReviseCredit

LONGEST_CAREER = 45
"""Years."""


class State(Struct):
    """By level what was brought in; by period and level what counts. Changes in place."""

    brought: dict[str, list[CreditBroughtForward]] = field(default_factory=dict[str, list[CreditBroughtForward]])
    counted: dict[tuple[str, str], CreditFixed | CreditRevised] = field(
        default_factory=dict[tuple[str, str], CreditFixed | CreditRevised]
    )

    @property
    def periods(self) -> list[Period]:
        return [parse(label) for label in dict.fromkeys(period for period, _ in self.counted)]


def evolve(state: State, event: CreditEvent) -> State:
    match event:
        case CreditBroughtForward():
            state.brought.setdefault(event.level, []).append(event)
        case CreditFixed() | CreditRevised():
            state.counted[event.period, event.level] = event
        case _:
            assert_never(event)
    return state


def points_before(state: State, level: str, period: Period) -> Decimal:
    """All of a level from before a period: brought in, and of the periods that ended before it and are not in those."""
    return sum((one.points for one in behind(state, level, period)), Decimal(0))


def behind(state: State, level: str, period: Period) -> Iterator[CreditEvent]:
    """The events that those points are of."""
    # Points brought in later hold the period itself: what it began with are those that were brought in before its end.
    brought = next((one for one in reversed(state.brought.get(level, ())) if not _within(period, one)), None)
    if brought is not None:
        yield brought
    for (label, of_level), one in state.counted.items():
        if of_level != level:
            continue
        other = parse(label)
        if other.ends < period.starts and (brought is None or not _within(other, brought)):
            yield one


def _within(period: Period, brought: CreditBroughtForward) -> bool:
    """Whether the points brought in hold those of a period already."""
    return period.ends <= brought.on


def _held_by(state: State, level: str, period: Period) -> CreditBroughtForward | None:
    last = state.brought[level][-1] if level in state.brought else None
    return last if last is not None and _within(period, last) else None


def decide(command: CreditCommand, state: State, context: Context) -> list[CreditEvent]:
    _not_oneself(command, context)
    match command:
        case BringForwardCredit():
            return _bring(command, state, having(BringingContext, context))
        case FixCredit():
            return _fix(command, state, having(CreditContext, context))
        case ReviseCredit():
            return _revise(command, state, having(CreditContext, context))
        case _:
            assert_never(command)


def _bring(command: BringForwardCredit, state: State, context: BringingContext) -> list[CreditEvent]:
    level = level_word(validation.written(command.level, "/level", "the career level"))
    validation.written(command.decree, "/decree", "the decree")
    tenure = context.people(command.employee)
    if tenure is None or tenure.since is None:
        raise Invalid(f"/employee: {command.employee} is not on the roster; register them first", field="/employee")
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record the points from that day", field="/on")
    points = _brought_points(command, context)
    before = state.brought[level][-1] if level in state.brought else None
    if before is not None and (before.points, before.on) == (points, command.on):
        raise AlreadyDone(f"/points: {points} of {level} are brought in from {command.on} already", field="/points")
    return [
        CreditBroughtForward(
            employee=command.employee,
            level=level,
            points=points,
            on=command.on,
            decree=command.decree,
            years=command.years,
            policy=None if command.years is None else context.policy,
        )
    ]


def _brought_points(command: BringForwardCredit, context: BringingContext) -> Decimal:
    if (command.points is None) == (command.years is None):
        raise Invalid("/points: give points, or the years in rank, one of the two", field="/points")
    if command.points is not None:
        validation.exact(command.points, "/points")
        if command.points < 0 or command.points != command.points.quantize(Decimal("0.01")):
            raise Invalid(
                f"/points: {command.points} are no credit points; they have two decimals, from 0 on", field="/points"
            )
        return command.points
    years = command.years or 0
    if not 1 <= years <= LONGEST_CAREER:
        raise Invalid(f"/years: {years} years in rank can't be; count from 1 to {LONGEST_CAREER}", field="/years")
    if context.yearly is None:
        raise Invalid(f"/level: {context.unruled}", field="/level")
    return context.yearly * years


def _fix(command: FixCredit, state: State, context: CreditContext) -> list[CreditEvent]:
    fixable(command, state, context)
    if not context.levels:
        raise Blocked(f"there are no points: {command.employee} has no career level in {command.period} on the roster")
    period = parse(command.period)
    held = {one.level: _held_by(state, one.level, period) for one in context.levels}
    counting = [one for one in context.levels if held[one.level] is None]
    if not counting:
        level, brought = next((level, one) for level, one in held.items() if one is not None)
        raise Conflict(
            f"/period: the points brought in for {level} on {brought.on} hold those of {command.period} already; no "
            "month counts twice",
            field="/period",
        )
    return [CreditFixed(**_counted(command, context, one)) for one in counting]


def _revise(command: ReviseCredit, state: State, context: CreditContext) -> list[CreditEvent]:
    fixable(command, state, context)
    reason = validation.written(command.reason, "/reason", "the reason")
    result = context.appraisal.position
    period = parse(command.period)
    moved = [
        one
        for one in context.levels
        if _moved(before := state.counted.get((command.period, one.level)), one, result, context.touched)
        and (before is not None or _held_by(state, one.level, period) is None)
    ]
    if not moved:
        raise AlreadyDone(f"/period: nothing that the points of {command.period} rest on has changed", field="/period")
    return [CreditRevised(**_counted(command, context, one), reason=reason) for one in moved]


def fixable(command: FixCredit | ReviseCredit, state: State, context: CreditContext) -> None:
    """Raises all that can be refused before the points are reckoned."""
    period = validation.period(command.period)
    fixed = [label for label, _ in state.counted]
    if isinstance(command, FixCredit) and command.period in fixed:
        raise AlreadyDone(
            f"/period: the points of {command.period} are fixed; revise them with a reason", field="/period"
        )
    if isinstance(command, ReviseCredit) and command.period not in fixed:
        raise NotFound(f"/period: no points of {command.period} are fixed; fix them first", field="/period")
    for other in state.periods:
        if other.label != period.label and other.meets(period):
            raise Conflict(
                f"/period: the points of {other.label} are fixed, which has months of {period.label}; no month counts "
                "twice",
                field="/period",
            )
    result_stands(command.period, context)


def result_stands(label: str, context: CreditContext) -> None:
    """Raises NotOpen unless the result is final, and nobody may yet amend it."""
    state = context.appraisal.state
    if state.stage is not Stage.FINAL:
        raise NotOpen(f"/period: the appraisal of {label} is not final; finalise it first", field="/period")
    if state.objection is not None and not state.objection_decided:
        raise NotOpen(f"/period: an objection to {label} is pending; do it when it is decided", field="/period")


def _counted(command: FixCredit | ReviseCredit, context: CreditContext, one: CreditOfLevel) -> dict[str, Any]:
    scored = one.scored
    if scored.blocked is not None or scored.score is None:
        raise Blocked(f"there are no points in {one.level}: {scored.blocked or 'the policy gives no score'}")
    return {
        "employee": command.employee,
        "period": command.period,
        "level": one.level,
        "months": one.months,
        "predicate": one.predicate,
        "points": one.points,
        "accumulated": one.before + one.points,
        "appraisal": context.appraisal.position,
        "policy": scored.policy,
        "position": scored.position,
        "facts_digest": scored.facts_digest,
        "engine": scored.engine,
        "facts": one.facts,
        "nodes": scored.nodes,
        "rank_need": one.rank_need,
        "level_need": one.level_need,
    }


def _moved(before: CreditFixed | CreditRevised | None, now: CreditOfLevel, result: int, touched: int) -> bool:
    """Also where the result was fixed again and came to the same: the points must name the one that stands. So where
    something was recorded since that touches the period.
    """
    if before is None or touched > before.position:
        return True
    return (before.appraisal, before.facts_digest, before.policy, before.points, before.accumulated) != (
        result,
        now.scored.facts_digest,
        now.scored.policy,
        now.points,
        now.before + now.points,
    )


def _not_oneself(command: CreditCommand, context: Context) -> None:
    if context.actor.id == command.employee:
        raise NotAllowed("nobody may fix their own credit points; ask another HR officer")
