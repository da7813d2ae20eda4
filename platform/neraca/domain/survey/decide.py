"""What a command makes happen to a survey."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from neraca.domain import record_uses, validation
from neraca.domain.contexts import Context, SurveyOpeningContext, TokensContext, having
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, NotOpen, TooEarly
from neraca.domain.organisation import active_unit
from neraca.domain.period import Period
from neraca.domain.survey import public_door
from neraca.domain.survey.answers import sound
from neraca.domain.survey.commands import (
    CloseSurvey,
    IssueTokens,
    OpenSurvey,
    PassOnAnswers,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ReopenSurvey,
    ShutDoor,
    SurveyCommand,
)
from neraca.domain.survey.events import (
    ResponseRecorded,
    SurveyClosed,
    SurveyEvent,
    SurveyOpened,
    SurveyReopened,
)
from neraca.domain.survey.satisfaction import few_changed, few_in_any
from neraca.domain.survey.state import State

FREE_WORDS = "comment"
"""The form's field beside those of the elements, each of which is called as its element."""

MOST_HOURLY = 1_000
"""Answers an hour over one open link: more than any counter serves."""


def decide(command: SurveyCommand, state: State, context: Context) -> list[SurveyEvent]:
    match command:
        case OpenSurvey():
            return _open(command, state, having(SurveyOpeningContext, context))
        case RecordResponse():
            return _record(command, state, context)
        case CloseSurvey():
            return [_close(command, state)]
        case ReopenSurvey():
            return [_reopen(command, state)]
        case IssueTokens():
            return public_door.issue(command, state, having(TokensContext, context))
        case PassOnAnswers():
            return public_door.pass_on(command, state, context)
        case ShutDoor():
            return public_door.shut(command, state, context)
        case ReleaseComment():
            return public_door.release(command, state)
        case RefuseComment():
            return public_door.refuse(command, state)
        case _:
            assert_never(command)


def _close(command: CloseSurvey, state: State) -> SurveyClosed:
    _running(command.survey, state)
    if state.closes is not None and not state.shut:
        raise NotOpen(
            f"survey '{command.survey}' takes answers at its public door until {state.closes}; close it when the door "
            "is shut, within the hour after that day"
        )
    closing = SurveyClosed(
        unit=command.unit,
        period=command.period,
        survey=command.survey,
        sums=dict(state.sums),
        counts=dict(state.counts),
        repeated=state.repeated,
        points={name: point.recorded() for name, point in state.points.items()},
    )
    # Whoever reads a result before and after would know what the few had answered.
    if state.told is not None and _few_differ(state.told, closing, state):
        return replace(state.told, repeated=closing.repeated, few_wait=True)
    return closing


def _few_differ(told: SurveyClosed, closing: SurveyClosed, state: State) -> bool:
    if state.afresh:
        return few_changed(state.told_sheets, state.sheets)
    return few_in_any(told.parts(), closing.parts())


def _reopen(command: ReopenSurvey, state: State) -> SurveyReopened:
    if not state.elements:
        raise NotFound(f"there is no survey '{command.survey}' here; open it first")
    if not state.closed:
        raise AlreadyDone(f"survey '{command.survey}' is open; record what is missing")
    if command.afresh and state.closes is not None:
        raise Invalid(
            "/afresh: what citizens answered themselves cannot be recorded again; leave `afresh` out", field="/afresh"
        )
    return SurveyReopened(
        unit=command.unit,
        period=command.period,
        survey=command.survey,
        reason=validation.written(command.reason, "/reason", "the reason"),
        afresh=command.afresh,
    )


def _open(command: OpenSurvey, state: State, context: SurveyOpeningContext) -> list[SurveyEvent]:
    if state.elements:
        raise AlreadyDone(f"survey '{command.survey}' of {command.unit} in {command.period} was opened already")
    period = validation.period(command.period)
    active_unit(command.unit, period.ends, context.agency)
    validation.key(command.survey, "/survey", "a survey's name")
    if not command.elements:
        raise Invalid("/elements: a survey asks at least one element", field="/elements")
    for at, element in enumerate(command.elements):
        validation.written(element, f"/elements/{at}", "the element")
    if len(set(command.elements)) < len(command.elements):
        raise Invalid("/elements: an element is there twice; ask each once", field="/elements")
    if command.points and FREE_WORDS in command.elements:
        at = f"/elements/{command.elements.index(FREE_WORDS)}"
        raise Invalid(
            f"{at}: '{FREE_WORDS}' is what the public form calls what is said in free words; name the element "
            "otherwise",
            field=at,
        )
    readers = record_uses.readers(period, context.applied)
    record_uses.survey(command.survey, command.elements, readers)
    _door(command, period, context)
    return [
        SurveyOpened(
            unit=command.unit,
            period=command.period,
            survey=command.survey,
            elements=command.elements,
            points=command.points,
            opens=command.opens,
            closes=command.closes,
            hourly=command.hourly,
            counts_unverified=command.hourly > 0 and record_uses.open_to_all(command.survey, readers),
        )
    ]


def _door(command: OpenSurvey, period: Period, context: SurveyOpeningContext) -> None:
    """Refuses a public door that is half said, or of points that do not serve in those days."""
    if not command.points:
        if command.opens or command.closes or command.hourly:
            raise Invalid("/points: name the service points that the public door is of", field="/points")
        return
    if command.opens is None or command.closes is None:
        raise Invalid("/closes: say from when and until when it can be answered: `opens`, `closes`", field="/closes")
    if command.closes < command.opens:
        raise Invalid(f"/closes: {command.closes} is before {command.opens}; name a day from then", field="/closes")
    if not (period.holds(command.opens) and period.holds(command.closes)):
        raise Invalid(f"/closes: both days must lie in {command.period}", field="/closes")
    if command.closes < context.today:
        raise Invalid(f"/closes: {command.closes} is over; nobody could answer any more", field="/closes")
    if not 0 <= command.hourly <= MOST_HOURLY:
        raise Invalid(f"/hourly: name a number from 0, for no open link, to {MOST_HOURLY}", field="/hourly")
    for at, name in enumerate(command.points):
        _serves(name, f"/points/{at}", command, command.opens, command.closes, context)
    if len(set(command.points)) < len(command.points):
        raise Invalid("/points: a service point is there twice; name each once", field="/points")


def _serves(name: str, at: str, command: OpenSurvey, opens: date, closes: date, context: SurveyOpeningContext) -> None:
    point = context.points.get(name)
    if point is None or point.unit != command.unit:
        raise Invalid(f"{at}: {command.unit} has no service point '{name}'; open it first", field=at)
    if not point.serves(opens) or not point.serves(closes):
        raise Invalid(f"{at}: '{name}' does not serve from {opens} to {closes}; name other days", field=at)


def _record(command: RecordResponse, state: State, context: Context) -> list[SurveyEvent]:
    _running(command.survey, state)
    period = validation.period(command.period)
    if context.today < period.starts:
        raise TooEarly(
            f"/period: {period.label} begins on {period.starts}; nobody was served in it yet", field="/period"
        )
    who = validation.token(validation.written(command.respondent, "/respondent", "the respondent's token"))
    if not who:
        raise Invalid("/respondent: the respondent's token is empty; write it out", field="/respondent")
    # What a respondent said must lead to nobody, and NIP or NIK would lead to one.
    if validation.of_a_person(who):
        raise Invalid("/respondent: the number of a person is no token; make one up", field="/respondent")
    if who in state.respondents:
        raise AlreadyDone(
            "/respondent: this respondent has answered already; give another respondent a token of their own",
            field="/respondent",
        )
    if command.point is not None:
        validation.known(command.point, state.points, "/point", "the survey is not asked at {}")
    answers = sound(command.survey, command.answers, state.elements)
    return [ResponseRecorded(respondent=who, answers=answers, point=command.point or "")]


def _running(survey: str, state: State) -> None:
    if not state.elements:
        raise NotFound(f"there is no survey '{survey}' here; open it first")
    if state.closed:
        raise NotOpen(
            f"survey '{survey}' is closed and its sums count; answers that come now go into a later period's, or "
            "send reopen-survey with the reason"
        )
