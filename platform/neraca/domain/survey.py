"""A service survey of a unit in a period (survei kepuasan masyarakat, PermenPANRB 14/2017): responses, then closing."""

from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class SurveyOpened(_Event, frozen=True, tag="survey.opened"):
    unit: str
    period: str
    survey: str
    elements: list[str]


class ResponseRecorded(_Event, frozen=True, tag="survey.response-recorded"):
    """`respondent` is a token without a name; an element may be left unanswered."""

    respondent: str
    answers: dict[str, Decimal]


class SurveyClosed(_Event, frozen=True, tag="survey.closed"):
    """From here on the sums count for the unit's people: element -> sum of answers, and how many answered."""

    unit: str
    period: str
    survey: str
    sums: dict[str, Decimal]
    counts: dict[str, int]


SurveyEvent: TypeAlias = SurveyOpened | ResponseRecorded | SurveyClosed


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: str
    period: str
    survey: str


class OpenSurvey(_Command, frozen=True, tag="open-survey"):
    elements: list[str]


class RecordResponse(_Command, frozen=True, tag="record-response"):
    """Answers are 1 to 4 (PermenPANRB 14/2017)."""

    respondent: str
    answers: dict[str, Decimal]


class CloseSurvey(_Command, frozen=True, tag="close-survey"):
    pass


SurveyCommand: TypeAlias = OpenSurvey | RecordResponse | CloseSurvey
