"""A survey as its events have left it."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.survey.events import (
    AnswersPassedOn,
    CommentReceived,
    CommentRefused,
    CommentReleased,
    DoorShut,
    PointSums,
    ResponseRecorded,
    SurveyClosed,
    SurveyEvent,
    SurveyOpened,
    SurveyReopened,
    TokensIssued,
)


class Tally(Struct):
    """Element -> sum and number of answers, and of how many people. Changes in place."""

    sums: dict[str, Decimal]
    counts: dict[str, int]
    answered: int = 0

    def add(self, answers: dict[str, Decimal]) -> None:
        self.answered += 1
        for element, answer in answers.items():
            self.sums[element] += answer
            self.counts[element] += 1


class Point(Struct):
    """What was answered of a service point, how many tokens it has been given, and what was noticed."""

    verified: Tally
    unverified: Tally
    tokens: int = 0
    used: int = 0
    flagged: Counter[str] = field(default_factory=Counter[str])

    def recorded(self) -> PointSums:
        apart = self.unverified
        return PointSums(
            sums=dict(self.verified.sums),
            counts=dict(self.verified.counts),
            answered=self.verified.answered,
            unverified_sums=dict(apart.sums) if apart.answered else {},
            unverified_counts=dict(apart.counts) if apart.answered else {},
            unverified=apart.answered,
            flagged={kind: n for kind, n in sorted(self.flagged.items()) if n},
        )


class State(Struct):
    """Sums are kept as they come, so closing a survey of thousands costs nothing. Changes in place.

    A respondent whom an older log has in two spellings counts once, by the first response; what is closed stands as it
    was closed. `told` is the last closing. `sheets` are what was recorded by hand, respondent -> answers, and
    `told_sheets` those that it told of; `afresh` tells that all was recorded again since. `waiting` are comments that
    nobody has judged yet, with their points.
    """

    elements: list[str] = field(default_factory=list[str])
    respondents: set[str] = field(default_factory=set[str])
    sums: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    repeated: int = 0
    closed: bool = False
    points: dict[str, Point] = field(default_factory=dict[str, Point])
    opens: date | None = None
    closes: date | None = None
    hourly: int = 0
    counts_unverified: bool = False
    shut: bool = False
    receipts: set[str] = field(default_factory=set[str])
    tokens: set[str] = field(default_factory=set[str])
    told: SurveyClosed | None = None
    sheets: dict[str, dict[str, Decimal]] = field(default_factory=dict[str, dict[str, Decimal]])
    told_sheets: dict[str, dict[str, Decimal]] = field(default_factory=dict[str, dict[str, Decimal]])
    afresh: bool = False
    waiting: dict[str, CommentReceived] = field(default_factory=dict[str, CommentReceived])
    comments: set[str] = field(default_factory=set[str])


def evolve(state: State, event: SurveyEvent) -> State:
    match event:
        case ResponseRecorded():
            # Older events have the token as it was typed, so it is brought to its one form here too.
            who = validation.token(event.respondent)
            if who in state.respondents:
                state.repeated += 1
                return state
            state.respondents.add(who)
            if state.closes is None:
                state.sheets[who] = event.answers
            if state.counts_unverified or not event.unverified:
                for element, answer in event.answers.items():
                    state.sums[element] += answer
                    state.counts[element] += 1
            if event.point:
                point = state.points[event.point]
                (point.unverified if event.unverified else point.verified).add(event.answers)
        case SurveyOpened():
            state.elements = event.elements
            state.opens, state.closes, state.hourly = event.opens, event.closes, event.hourly
            state.counts_unverified = event.counts_unverified
            _from_nothing(state, event.points)
        case SurveyClosed():
            state.closed, state.told = True, event
            if not event.few_wait:
                state.told_sheets, state.afresh = dict(state.sheets), False
        case SurveyReopened():
            state.closed = False
            if event.afresh:
                state.respondents, state.sheets, state.repeated, state.afresh = set(), {}, 0, True
                _from_nothing(state, list(state.points))
        case TokensIssued():
            state.tokens.update(event.tokens)
            if not event.open:
                state.points[event.point].tokens += len(event.tokens)
        case AnswersPassedOn():
            point = state.points[event.point]
            point.used += event.verified
            point.flagged.update(event.flagged)
            state.receipts.update(event.receipts)
        case CommentReceived():
            state.waiting[event.comment] = event
            state.comments.add(event.comment)
        case CommentReleased() | CommentRefused():
            state.waiting.pop(event.comment, None)
        case DoorShut():
            state.shut = True
        case _:
            assert_never(event)
    return state


def _from_nothing(state: State, points: list[str]) -> None:
    """Sums of nothing; what was issued and used of tokens stays as it was."""
    state.sums = dict.fromkeys(state.elements, Decimal(0))
    state.counts = dict.fromkeys(state.elements, 0)
    before = state.points
    state.points = {}
    for name in points:
        was = before.get(name)
        state.points[name] = Point(
            _tally(state.elements), _tally(state.elements), was.tokens if was else 0, was.used if was else 0
        )


def _tally(elements: list[str]) -> Tally:
    return Tally(dict.fromkeys(elements, Decimal(0)), dict.fromkeys(elements, 0))
