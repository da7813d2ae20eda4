"""What is asked of a survey, by those who run it, by a moderator, and by the public door."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.text_kinds import Comment, Key, PeriodLabel, Prose, Title
from neraca.domain.vocabulary import Burst


class ToSurvey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel
    survey: Key


class OpenSurvey(ToSurvey, frozen=True, tag="open-survey"):
    """With `points` it has a public door from `opens` to `closes`; `hourly` lets in as many an hour without a token."""

    elements: list[Title]
    points: list[Key] = []
    opens: date | None = None
    closes: date | None = None
    hourly: int = 0


class IssueTokens(ToSurvey, frozen=True, tag="issue-tokens"):
    """`tokens` are hashes: whoever issues tokens asks `POST /agencies/{agency}/survey-tokens`, which makes them."""

    point: Key
    tokens: list[Key]
    open: bool = False


class RecordResponse(ToSurvey, frozen=True, tag="record-response"):
    """Answers are 1, 2, 3 or 4 (PermenPANRB 14/2017); a respondent is known whatever the case and spaces."""

    respondent: Key
    answers: dict[Title, Decimal]
    point: Key | None = None


class PassedAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    respondent: Key
    answers: dict[Title, Decimal]
    unverified: bool = False


class PassedComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    comment: Key
    words: Comment


class PassOnAnswers(ToSurvey, frozen=True, tag="pass-on-answers"):
    """What came in through the public door: answers, receipts and comments, none of which leads to another."""

    point: Key
    answers: list[PassedAnswer]
    receipts: list[Key]
    comments: list[PassedComment] = []
    flagged: dict[Burst, int] = {}


class ShutDoor(ToSurvey, frozen=True, tag="shut-door"):
    pass


class ReleaseComment(ToSurvey, frozen=True, tag="release-comment"):
    """`words`, where it is not to be read as it was written: take the names of people out."""

    comment: Key
    words: Comment | None = None


class RefuseComment(ToSurvey, frozen=True, tag="refuse-comment"):
    comment: Key
    reason: Prose


class CloseSurvey(ToSurvey, frozen=True, tag="close-survey"):
    pass


class ReopenSurvey(ToSurvey, frozen=True, tag="reopen-survey"):
    """To record what is missing, or all of it `afresh`; its sums stand until it is closed again."""

    reason: Prose
    afresh: bool = False


SurveyCommand: TypeAlias = (
    OpenSurvey
    | RecordResponse
    | CloseSurvey
    | ReopenSurvey
    | IssueTokens
    | PassOnAnswers
    | ShutDoor
    | ReleaseComment
    | RefuseComment
)
