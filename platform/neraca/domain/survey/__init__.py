"""A service survey of a unit in a period (survei kepuasan masyarakat, PermenPANRB 14/2017): responses, then closing.

It is answered by hand, or by citizens themselves at the public door of its service points.
"""

from typing import TYPE_CHECKING

from neraca.domain.survey.answers import HIGHEST, LOWEST
from neraca.domain.survey.commands import (
    CloseSurvey,
    IssueTokens,
    OpenSurvey,
    PassedAnswer,
    PassedComment,
    PassOnAnswers,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ReopenSurvey,
    ShutDoor,
    SurveyCommand,
    ToSurvey,
)
from neraca.domain.survey.decide import decide
from neraca.domain.survey.events import (
    AnswersPassedOn,
    CommentReceived,
    CommentRefused,
    CommentReleased,
    DoorShut,
    OfSurvey,
    PointSums,
    ResponseRecorded,
    SurveyClosed,
    SurveyEvent,
    SurveyOpened,
    SurveyReopened,
    TokensIssued,
)
from neraca.domain.survey.state import State, evolve

if TYPE_CHECKING:
    from neraca.domain.survey import answers, commands, events, public_door, questionnaire, satisfaction, state

__all__ = [
    "HIGHEST",
    "LOWEST",
    "AnswersPassedOn",
    "CloseSurvey",
    "CommentReceived",
    "CommentRefused",
    "CommentReleased",
    "DoorShut",
    "IssueTokens",
    "OfSurvey",
    "OpenSurvey",
    "PassOnAnswers",
    "PassedAnswer",
    "PassedComment",
    "PointSums",
    "RecordResponse",
    "RefuseComment",
    "ReleaseComment",
    "ReopenSurvey",
    "ResponseRecorded",
    "ShutDoor",
    "State",
    "SurveyClosed",
    "SurveyCommand",
    "SurveyEvent",
    "SurveyOpened",
    "SurveyReopened",
    "ToSurvey",
    "TokensIssued",
    "answers",
    "commands",
    "decide",
    "events",
    "evolve",
    "public_door",
    "questionnaire",
    "satisfaction",
    "state",
]
