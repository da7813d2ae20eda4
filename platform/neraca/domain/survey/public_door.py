"""The public door of a survey: tokens, what citizens answered through it, and their comments, which are moderated.

What comes in waits outside the log until enough are together, and is passed on without its order and its time; so no
answer is known by when it came. Who had a token is nowhere, and which token was used is not in the log.
"""

from neraca.domain import validation
from neraca.domain.contexts import Context, TokensContext
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.survey.answers import sound
from neraca.domain.survey.commands import IssueTokens, PassOnAnswers, RefuseComment, ReleaseComment, ShutDoor
from neraca.domain.survey.events import (
    AnswersPassedOn,
    CommentReceived,
    CommentRefused,
    CommentReleased,
    DoorShut,
    ResponseRecorded,
    SurveyEvent,
    TokensIssued,
)
from neraca.domain.survey.state import Point, State
from neraca.domain.vocabulary import FEWEST_CITIZENS

_HASH = 64
"""Hexadecimal digits of a hash of 256 bits."""


def issue(command: IssueTokens, state: State, context: TokensContext) -> list[SurveyEvent]:
    _point(command.point, state)
    _taking(command.survey, state, context)
    until = context.point.until if context.point is not None else None
    if until is not None and until < context.today:
        raise NotOpen(
            f"/point: '{command.point}' served until {until}; issue tokens for a service point that serves",
            field="/point",
        )
    if not command.tokens:
        raise Invalid("/tokens: there is no token; issue at least one", field="/tokens")
    if command.open and not state.hourly:
        raise Invalid(
            f"/open: survey '{command.survey}' has no open link; issue tokens, or open it with `hourly`", field="/open"
        )
    for at, token in enumerate(command.tokens):
        _hash(token, f"/tokens/{at}")
        if token in state.tokens or token in command.tokens[:at]:
            raise AlreadyDone(f"/tokens/{at}: this token was issued already; make a new one", field=f"/tokens/{at}")
    return [TokensIssued(point=command.point, tokens=sorted(command.tokens), open=command.open)]


def pass_on(command: PassOnAnswers, state: State, context: Context) -> list[SurveyEvent]:
    """Every answer once, sorted by names made up for them: in the order they came, and beside their receipts, they
    would tell of people.
    """
    point = _point(command.point, state)
    if state.closed or state.shut:
        raise NotOpen(f"the public door of survey '{command.survey}' is shut; what comes now came too late")
    last = state.closes is not None and context.today > state.closes
    # Few at once would be known by when they came. Those that are left on the last day have nobody to wait for.
    if len(command.answers) < FEWEST_CITIZENS and not last:
        raise TooEarly(
            f"/answers: {len(command.answers)} answers are too few to pass on before the survey ends; wait for "
            f"{FEWEST_CITIZENS}",
            field="/answers",
        )
    recorded = [_response(command, at, state) for at in range(len(command.answers))]
    verified = sum(not one.unverified for one in command.answers)
    if point.used + verified > point.tokens:
        raise Invalid(
            f"/answers: {point.used + verified} answers to {point.tokens} tokens of {command.point}; nobody answers "
            "without one",
            field="/answers",
        )
    if len(command.receipts) != len(command.answers) or len(set(command.receipts)) < len(command.receipts):
        raise Invalid("/receipts: there must be one receipt for each answer", field="/receipts")
    for at, receipt in enumerate(command.receipts):
        _hash(receipt, f"/receipts/{at}")
        if receipt in state.receipts:
            raise AlreadyDone(f"/receipts/{at}: what this receipt is for was passed on", field=f"/receipts/{at}")
    recorded.sort(key=lambda one: one.respondent)
    news: list[SurveyEvent] = [*recorded]
    if recorded:
        news.append(
            AnswersPassedOn(
                point=command.point,
                receipts=sorted(command.receipts),
                verified=verified,
                unverified=len(command.answers) - verified,
                flagged={kind.value: n for kind, n in sorted(command.flagged.items()) if n > 0},
            )
        )
    return [*news, *_comments(command, state)]


def shut(command: ShutDoor, state: State, context: Context) -> list[SurveyEvent]:
    if state.closes is None:
        raise NotFound(f"survey '{command.survey}' has no public door")
    if state.shut:
        raise AlreadyDone(f"the public door of survey '{command.survey}' is shut already")
    if context.today <= state.closes:
        raise TooEarly(f"survey '{command.survey}' can be answered until {state.closes}; shut its door after that day")
    return [DoorShut()]


def release(command: ReleaseComment, state: State) -> list[SurveyEvent]:
    received = _waiting(command.comment, state)
    words = received.words if command.words is None else validation.written(command.words, "/words", "the comment")
    return [CommentReleased(point=received.point, comment=command.comment, words=words)]


def refuse(command: RefuseComment, state: State) -> list[SurveyEvent]:
    received = _waiting(command.comment, state)
    reason = validation.written(command.reason, "/reason", "the reason")
    return [CommentRefused(point=received.point, comment=command.comment, reason=reason)]


def _response(command: PassOnAnswers, at: int, state: State) -> ResponseRecorded:
    one, field = command.answers[at], f"/answers/{at}"
    if one.respondent in state.respondents or any(one.respondent == other.respondent for other in command.answers[:at]):
        raise AlreadyDone(f"{field}: this answer was passed on already", field=field)
    return ResponseRecorded(
        respondent=one.respondent,
        answers=sound(command.survey, one.answers, state.elements, field),
        point=command.point,
        unverified=one.unverified,
    )


def _comments(command: PassOnAnswers, state: State) -> list[SurveyEvent]:
    found: dict[str, SurveyEvent] = {}
    for at, one in enumerate(command.comments):
        if one.comment in state.comments or one.comment in found:
            raise AlreadyDone(f"/comments/{at}: this comment was passed on already", field=f"/comments/{at}")
        words = validation.written(one.words, f"/comments/{at}/words", "the comment")
        found[one.comment] = CommentReceived(point=command.point, comment=one.comment, words=words)
    return [found[name] for name in sorted(found)]


def _waiting(comment: str, state: State) -> CommentReceived:
    if comment not in state.comments:
        raise NotFound(f"/comment: there is no comment '{comment}' in this survey", field="/comment")
    if comment not in state.waiting:
        raise AlreadyDone("/comment: this comment was released or refused already", field="/comment")
    return state.waiting[comment]


def _point(point: str, state: State) -> Point:
    if not state.elements:
        raise NotFound("there is no such survey here; open it first")
    validation.known(point, state.points, "/point", "the survey is not asked at {}")
    return state.points[point]


def _taking(survey: str, state: State, context: Context) -> None:
    if state.closed or state.shut or (state.closes is not None and context.today > state.closes):
        raise TooLate(f"survey '{survey}' took answers until {state.closes}; issue tokens of a later one")


def _hash(text: str, field: str) -> None:
    if len(text) != _HASH or not set(text) <= set("0123456789abcdef"):
        raise Invalid(f"{field}: this is no hash; send {_HASH} hexadecimal digits, never a secret", field=field)
