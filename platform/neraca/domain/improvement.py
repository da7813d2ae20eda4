"""What a unit will mend where its achievement of a period fell short (rencana perbaikan kinerja), and what came of it.

Its head or an official says it once the achievement is published, and answers for it when a later period has begun.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.contexts import ImprovementContext
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.organisation import active_unit
from neraca.domain.text_kinds import Key, PeriodLabel, Prose
from neraca.domain.vocabulary import Role

MET = Decimal(100)
"""Percent of the unit's targets from which they are met."""

Outcome: TypeAlias = Literal["done", "partly", "not_done"]


class ImprovementStep(Struct, frozen=True):
    what: Prose
    until: date


class OfImprovement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    period: str


class ImprovementPlanned(OfImprovement, ReadableWhole, frozen=True, tag="improvement.planned"):
    """`index` is the achievement that it answers, and `met` whether that was the target. A later one replaces it."""

    index: Decimal
    met: bool
    steps: list[ImprovementStep]


class ImprovementAnswered(OfImprovement, ReadableWhole, frozen=True, tag="improvement.answered"):
    outcome: Outcome
    words: str


ImprovementEvent: TypeAlias = ImprovementPlanned | ImprovementAnswered


class ToImprovement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel


class PlanImprovement(ToImprovement, frozen=True, tag="plan-improvement"):
    """`period` is that of the achievement which is to be mended."""

    steps: list[ImprovementStep]


class AnswerImprovement(ToImprovement, frozen=True, tag="answer-improvement"):
    outcome: Outcome
    words: Prose


ImprovementCommand: TypeAlias = PlanImprovement | AnswerImprovement


class State(Struct):
    planned: bool = False
    answered: bool = False


def evolve(state: State, event: ImprovementEvent) -> State:
    match event:
        case ImprovementPlanned():
            state.planned = True
        case ImprovementAnswered():
            state.answered = True
        case _:
            assert_never(event)
    return state


def decide(command: ImprovementCommand, state: State, context: ImprovementContext) -> list[ImprovementEvent]:
    period = validation.period(command.period)
    active_unit(command.unit, period.ends, context.agency)
    if Role.OFFICIAL not in context.actor.roles and context.head != context.actor.id:
        raise NotAllowed(f"/unit: {context.actor.id} does not head {command.unit}; its head or an official must")
    if state.answered:
        raise AlreadyDone(f"what {command.unit} was to mend of {command.period} is answered; nothing is added")
    match command:
        case PlanImprovement():
            if context.index is None:
                raise NotOpen(f"no achievement of {command.unit} in {command.period} is published; it comes first")
            if not command.steps:
                raise Invalid("/steps: say at least one thing that is to be mended, and until when", field="/steps")
            for at, step in enumerate(command.steps):
                validation.written(step.what, f"/steps/{at}/what", "what is to be mended")
                if step.until <= period.ends:
                    raise Invalid(
                        f"/steps/{at}/until: {step.until} is not after the end of {command.period}; name a later day",
                        field=f"/steps/{at}/until",
                    )
            met = context.index >= MET
            return [
                ImprovementPlanned(
                    unit=command.unit, period=command.period, index=context.index, met=met, steps=command.steps
                )
            ]
        case AnswerImprovement():
            if not state.planned:
                raise NotFound(f"nothing is to be mended of {command.period} in {command.unit}; say it first")
            if context.today <= period.ends:
                raise TooEarly(f"{command.period} ends on {period.ends}; what came of it is answered after")
            words = validation.written(command.words, "/words", "the answer")
            return [ImprovementAnswered(unit=command.unit, period=command.period, outcome=command.outcome, words=words)]
        case _:
            assert_never(command)
