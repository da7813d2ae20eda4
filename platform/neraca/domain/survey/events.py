"""What happens to a survey: it opens, is answered by hand or at its public door, is closed, and is opened again."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.event_facets import ReadableWhole, WithoutFacts


class OfSurvey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class SurveyOpened(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.opened"):
    """With `points` it is asked at these service points, and has a public door from `opens` to `closes`, both days
    included; `hourly` is how many answers an hour a point takes over its open link, 0 where it has none. Those are in
    the sums where `counts_unverified`, as the policies that read the survey have it.
    """

    unit: str
    period: str
    survey: str
    elements: list[str]
    points: list[str] = []
    opens: date | None = None
    closes: date | None = None
    hourly: int = 0
    counts_unverified: bool = False


class TokensIssued(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.tokens-issued"):
    """`tokens` are keyed hashes, in hex and in order, of secrets that left the server once; nothing of who has them.

    Each lets in one answer, or where they are `open` whoever comes by, unverified.
    """

    point: str
    tokens: list[str]
    open: bool = False


class ResponseRecorded(OfSurvey, WithoutFacts, frozen=True, tag="survey.response-recorded"):
    """`respondent` is a token without a name, in its one form; an element may be left unanswered.

    What came through the public door has a name made up when it was passed on, which leads to no token and no receipt.
    """

    respondent: str
    answers: dict[str, Decimal]
    point: str = ""
    unverified: bool = False


class AnswersPassedOn(OfSurvey, WithoutFacts, frozen=True, tag="survey.answers-passed-on"):
    """The answers of a point right before it came in through the public door, in an order that tells nothing.

    `receipts` are the hashes of the codes that were given for them, in order; `flagged` how many of them came in a way
    that somebody should look at, by its kind (`Burst`). Only of many together, so that none is known by its time.
    """

    point: str
    receipts: list[str]
    verified: int
    unverified: int = 0
    flagged: dict[str, int] = {}


class CommentReceived(OfSurvey, WithoutFacts, frozen=True, tag="survey.comment-received"):
    """Nobody but a moderator reads it before it is released. `comment` is a name made up for it."""

    point: str
    comment: str
    words: str


class CommentReleased(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.comment-released"):
    """`words` are as they may be read; a moderator takes names of people out."""

    point: str
    comment: str
    words: str


class CommentRefused(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.comment-refused"):
    point: str
    comment: str
    reason: str


class DoorShut(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.door-shut"):
    """All that came in until the last day was passed on; the survey can be closed."""


class PointSums(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was answered of one service point: element -> sum and number of answers, and how many `answered`.

    What came over an open link is apart. `flagged` is by the kind of what was noticed.
    """

    sums: dict[str, Decimal]
    counts: dict[str, int]
    answered: int
    unverified_sums: dict[str, Decimal] = {}
    unverified_counts: dict[str, int] = {}
    unverified: int = 0
    flagged: dict[str, int] = {}


class SurveyClosed(OfSurvey, frozen=True, tag="survey.closed"):
    """From here on the sums count for the unit's people: element -> sum of answers, and how many answered.

    `repeated` tells how many responses were left out, their respondent having answered before in another spelling.
    `points` are parts of the sums, and beside them what was unverified, which is in no sum unless the survey was opened
    so. Where `few_wait`, fewer answers came since the last closing, or were recorded otherwise, than may be told of
    together: sums and points are those of that closing, and what came waits for others.
    """

    unit: str
    period: str
    survey: str
    sums: dict[str, Decimal]
    counts: dict[str, int]
    repeated: int = 0
    points: dict[str, PointSums] = {}
    few_wait: bool = False

    def parts(self) -> dict[str, PointSums]:
        """Of the unit under the empty name, and of each service point."""
        # How many answered the whole of it is not said: at least as many as answered one element.
        whole = PointSums(sums=self.sums, counts=self.counts, answered=max(self.counts.values(), default=0))
        return {"": whole, **self.points}


class SurveyReopened(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.reopened"):
    """It was closed wrongly, or recorded wrongly: then nothing that was answered counts, and all is recorded `afresh`.

    What it came to stands until it is closed again.
    """

    unit: str
    period: str
    survey: str
    reason: str
    afresh: bool = False


SurveyEvent: TypeAlias = (
    SurveyOpened
    | ResponseRecorded
    | SurveyClosed
    | SurveyReopened
    | TokensIssued
    | AnswersPassedOn
    | CommentReceived
    | CommentReleased
    | CommentRefused
    | DoorShut
)
