"""A service survey of a unit in a period (survei kepuasan masyarakat, PermenPANRB 14/2017): responses, then closing."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import record_uses, validation
from neraca.domain.contexts import Context, RecordContext, having
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, NotOpen
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.organisation import active_unit
from neraca.domain.text_kinds import Key, PeriodLabel, Prose, Title

LOWEST, HIGHEST = Decimal(1), Decimal(4)
"""The scale of an answer (PermenPANRB 14/2017)."""


class OfSurvey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class SurveyOpened(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.opened"):
    unit: str
    period: str
    survey: str
    elements: list[str]


class ResponseRecorded(OfSurvey, WithoutFacts, frozen=True, tag="survey.response-recorded"):
    """`respondent` is a token without a name, in its one form; an element may be left unanswered."""

    respondent: str
    answers: dict[str, Decimal]


class SurveyClosed(OfSurvey, ReadableWhole, frozen=True, tag="survey.closed"):
    """From here on the sums count for the unit's people: element -> sum of answers, and how many answered.

    `repeated` tells how many responses were left out, their respondent having answered before in another spelling.
    """

    unit: str
    period: str
    survey: str
    sums: dict[str, Decimal]
    counts: dict[str, int]
    repeated: int = 0


class SurveyReopened(OfSurvey, WithoutFacts, ReadableWhole, frozen=True, tag="survey.reopened"):
    """It was closed wrongly, or recorded wrongly: then nothing that was answered counts, and all is recorded `afresh`.

    What it came to stands until it is closed again.
    """

    unit: str
    period: str
    survey: str
    reason: str
    afresh: bool = False


SurveyEvent: TypeAlias = SurveyOpened | ResponseRecorded | SurveyClosed | SurveyReopened


class ToSurvey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel
    survey: Key


class OpenSurvey(ToSurvey, frozen=True, tag="open-survey"):
    elements: list[Title]


class RecordResponse(ToSurvey, frozen=True, tag="record-response"):
    """Answers are 1, 2, 3 or 4 (PermenPANRB 14/2017); a respondent is known whatever the case and spaces."""

    respondent: Key
    answers: dict[Title, Decimal]


class CloseSurvey(ToSurvey, frozen=True, tag="close-survey"):
    pass


class ReopenSurvey(ToSurvey, frozen=True, tag="reopen-survey"):
    """To record what is missing, or all of it `afresh`; its sums stand until it is closed again."""

    reason: Prose
    afresh: bool = False


SurveyCommand: TypeAlias = OpenSurvey | RecordResponse | CloseSurvey | ReopenSurvey


class State(Struct):
    """Sums are kept as they come, so closing a survey of thousands costs nothing. Changes in place.

    A respondent whom an older log has in two spellings counts once, by the first response; what is closed stands as it
    was closed.
    """

    elements: list[str] = field(default_factory=list[str])
    respondents: set[str] = field(default_factory=set[str])
    sums: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    repeated: int = 0
    closed: bool = False


def evolve(state: State, event: SurveyEvent) -> State:
    match event:
        case ResponseRecorded():
            # Older events have the token as it was typed, so it is brought to its one form here too.
            who = validation.token(event.respondent)
            if who in state.respondents:
                state.repeated += 1
                return state
            state.respondents.add(who)
            for element, answer in event.answers.items():
                state.sums[element] += answer
                state.counts[element] += 1
        case SurveyOpened():
            state.elements = event.elements
            state.sums = dict.fromkeys(event.elements, Decimal(0))
            state.counts = dict.fromkeys(event.elements, 0)
        case SurveyClosed():
            state.closed = True
        case SurveyReopened():
            state.closed = False
            if event.afresh:
                state.respondents, state.repeated = set(), 0
                state.sums = dict.fromkeys(state.elements, Decimal(0))
                state.counts = dict.fromkeys(state.elements, 0)
        case _:
            assert_never(event)
    return state


def decide(command: SurveyCommand, state: State, context: Context) -> list[SurveyEvent]:
    match command:
        case OpenSurvey():
            return _open(command, state, having(RecordContext, context))
        case RecordResponse():
            return _record(command, state)
        case CloseSurvey():
            _running(command.survey, state)
            return [
                SurveyClosed(
                    unit=command.unit,
                    period=command.period,
                    survey=command.survey,
                    sums=dict(state.sums),
                    counts=dict(state.counts),
                    repeated=state.repeated,
                )
            ]
        case ReopenSurvey():
            return [_reopen(command, state)]
        case _:
            assert_never(command)


def _reopen(command: ReopenSurvey, state: State) -> SurveyReopened:
    if not state.elements:
        raise NotFound(f"there is no survey '{command.survey}' here; open it first")
    if not state.closed:
        raise AlreadyDone(f"survey '{command.survey}' is open; record what is missing")
    return SurveyReopened(
        unit=command.unit,
        period=command.period,
        survey=command.survey,
        reason=validation.written(command.reason, "/reason", "the reason"),
        afresh=command.afresh,
    )


def _open(command: OpenSurvey, state: State, context: RecordContext) -> list[SurveyEvent]:
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
    record_uses.survey(command.survey, command.elements, record_uses.readers(period, context.applied))
    return [SurveyOpened(unit=command.unit, period=command.period, survey=command.survey, elements=command.elements)]


def _record(command: RecordResponse, state: State) -> list[SurveyEvent]:
    _running(command.survey, state)
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
    if not command.answers:
        raise Invalid("/answers: there is no answer; record only who answered", field="/answers")
    for element, answer in command.answers.items():
        at = validation.pointer("answers", element)
        validation.known(element, state.elements, at, f"survey '{command.survey}' has no element {{}}")
        validation.exact(answer, at)
        if not LOWEST <= answer <= HIGHEST:
            raise Invalid(f"{at}: {answer} is not within {LOWEST} to {HIGHEST}", field=at)
        # In older ledgers there may be halves; they count as they stand.
        if answer % 1:
            raise Invalid(f"{at}: {answer} is no answer; the scale has 1, 2, 3 and 4 only", field=at)
    return [ResponseRecorded(respondent=who, answers=command.answers)]


def _running(survey: str, state: State) -> None:
    if not state.elements:
        raise NotFound(f"there is no survey '{survey}' here; open it first")
    if state.closed:
        raise NotOpen(
            f"survey '{survey}' is closed and its sums count; answers that come now go into a later period's, or "
            "send reopen-survey with the reason"
        )
