"""What the person concerned says to findings of a period, and how HR closes them.

Findings themselves are no events: they are reckoned anew from the log whenever somebody asks, and their thresholds may
change. So an answer is to a kind of finding in a period, and stands beside whatever of that kind is found there.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import registered
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.text_kinds import Nip, PeriodLabel, Prose
from neraca.domain.vocabulary import FindingKind


class OfForensics(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of the findings of a kind about `judge` in a period. Nothing that anybody is paid or judged by rests on it."""

    judge: str
    period: str
    finding: FindingKind


class FindingExplained(OfForensics, ReadableWhole, frozen=True, tag="forensics.explained"):
    """In the words of the person concerned."""

    explanation: str


class FindingClosed(OfForensics, ReadableWhole, frozen=True, tag="forensics.closed"):
    """By HR, who say what they make of it."""

    reason: str


ForensicsEvent: TypeAlias = FindingExplained | FindingClosed


class ToForensics(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    judge: Nip
    period: PeriodLabel
    finding: FindingKind


class ExplainFinding(ToForensics, frozen=True, tag="explain-finding"):
    explanation: Prose


class CloseFinding(ToForensics, frozen=True, tag="close-finding"):
    reason: Prose


ForensicsCommand: TypeAlias = ExplainFinding | CloseFinding


class State(Struct):
    """What happened last to each kind of finding. Changes in place."""

    last: dict[FindingKind, Literal["explained", "closed"]] = field(
        default_factory=dict[FindingKind, Literal["explained", "closed"]]
    )


def evolve(state: State, event: ForensicsEvent) -> State:
    match event:
        case FindingExplained():
            state.last[event.finding] = "explained"
        case FindingClosed():
            state.last[event.finding] = "closed"
        case _:
            assert_never(event)
    return state


def decide(command: ForensicsCommand, state: State, context: Context) -> Sequence[ForensicsEvent]:
    period = validation.period(command.period)
    if context.today < period.starts:
        raise TooEarly(
            f"/period: {period.label} begins on {period.starts}; nothing is found in it yet", field="/period"
        )
    match command:
        case ExplainFinding():
            if context.actor.id != command.judge:
                raise NotAllowed(
                    f"/judge: only {command.judge} may explain what is found of them; you are {context.actor.id}",
                    field="/judge",
                )
            said = validation.written(command.explanation, "/explanation", "the explanation")
            return [
                FindingExplained(judge=command.judge, period=period.label, finding=command.finding, explanation=said)
            ]
        case CloseFinding():
            if context.actor.id == command.judge:
                raise NotAllowed("nobody may close what is found of themselves; another HR officer does")
            if not registered(command.judge, context.people):
                raise Invalid(f"/judge: {command.judge} is not on the roster; name who judged", field="/judge")
            if state.last.get(command.finding) == "closed":
                raise AlreadyDone(
                    f"/finding: {command.finding} of {command.judge} in {period.label} is closed, and nothing was said "
                    "to it since",
                    field="/finding",
                )
            reason = validation.written(command.reason, "/reason", "the reason")
            return [FindingClosed(judge=command.judge, period=period.label, finding=command.finding, reason=reason)]
        case _:
            assert_never(command)
