"""Coaching and counselling that a leader gives in the year, and what the employee says to it (PermenPANRB 6/2022 ps
20-21). Words, which weigh nothing: whoever judges reads them.
"""

from neraca.domain import validation
from neraca.domain.appraisal.commands import AnswerGuidance, RecordGuidance
from neraca.domain.appraisal.events import AppraisalEvent, GuidanceAnswered, GuidanceRecorded
from neraca.domain.appraisal.relations import rules, the_appraiser, the_employee
from neraca.domain.appraisal.stages import opened, unfinished
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, TooEarly


def record(command: RecordGuidance, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """It may be written down after the period, as long as it was held in it and nothing is final."""
    unfinished(state)
    the_appraiser(state, context, "record guidance")
    validation.written(command.note, "/note", "the note")
    if command.guidance in state.guidance:
        raise AlreadyDone(f"/guidance: '{command.guidance}' is recorded already; use a new id", field="/guidance")
    if not state.starts <= command.on <= state.ends:
        raise Invalid(
            f"/on: {command.on} is outside the period {state.starts} to {state.ends}; name a day within", field="/on"
        )
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record guidance when it was held", field="/on")
    if command.result is not None and command.indicator is not None:
        raise Invalid(
            "/indicator: it is about a planned result or about a value; leave one of the two out, or record two",
            field="/indicator",
        )
    if command.result is not None:
        validation.known(command.result, state.results.keys(), "/result", "the plan has no result {}")
    if command.indicator is not None:
        rulebook = rules(context)
        said = f"policy {rulebook.policy.id} has no value {{}}"
        validation.known(command.indicator, rulebook.ratings.keys(), "/indicator", said)
    return [
        GuidanceRecorded(
            guidance=command.guidance,
            kind=command.kind,
            on=command.on,
            by=context.actor.id,
            note=command.note,
            result=command.result,
            indicator=command.indicator,
        )
    ]


def answer(command: AnswerGuidance, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    opened(state)
    the_employee(state, context, "answer guidance")
    if command.guidance not in state.guidance:
        raise NotFound(
            f"/guidance: no guidance '{command.guidance}' in this appraisal; name one that was recorded",
            field="/guidance",
        )
    if state.guidance[command.guidance]:
        raise AlreadyDone(f"/guidance: '{command.guidance}' is answered already", field="/guidance")
    return [
        GuidanceAnswered(guidance=command.guidance, answer=validation.written(command.answer, "/answer", "the answer"))
    ]
