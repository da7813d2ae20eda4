"""Days for which an employee owes no plan and is owed no appraisal (PermenPANRB 6/2022, annex p. 65-66); and study.

An exemption rests on a decree, by which it is named; ended, its last day is another, and withdrawn, it is as if it had
never been. Whoever studies by order of the agency is appraised all the same (annex p. 100); what is known here is from
when to when, and how it ended.
"""

from datetime import date
from typing import TypeAlias, assert_never

from neraca.domain import validation
from neraca.domain.assignments import Exemption, Study, Tenure
from neraca.domain.contexts import Context
from neraca.domain.employee import OfEmployee, ToEmployee
from neraca.domain.errors import AlreadyDone, Conflict, NotFound
from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.service_days import not_after, not_oneself, within_service
from neraca.domain.text_kinds import Prose, Title
from neraca.domain.vocabulary import ExemptionKind, StudyOutcome


class EmployeeExempted(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, kw_only=True, tag="employee.exempted"):
    """`until` is the last day, None until it is known."""

    kind: ExemptionKind
    since: date
    until: date | None = None
    decree: str


class ExemptionEnded(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.exemption-ended"):
    """The exemption of `decree` has `until` as its last day, whatever was recorded before."""

    decree: str
    until: date
    reason: str


class ExemptionWithdrawn(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.exemption-withdrawn"):
    """The exemption of `decree` was recorded wrongly, or annulled: it is as if it had never been."""

    decree: str
    reason: str


class StudyAssigned(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.study-assigned"):
    """Study by order of the agency (tugas belajar); `until` is the day by which it must be done."""

    programme: str
    since: date
    until: date
    decree: str


class StudyExtended(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.study-extended"):
    decree: str
    until: date
    reason: str


class StudyEnded(OfEmployee, WithoutFacts, ReadableWhole, frozen=True, tag="employee.study-ended"):
    """`on` is its last day. A later one corrects it."""

    decree: str
    on: date
    outcome: StudyOutcome
    reason: str


ExemptionEvent: TypeAlias = (
    EmployeeExempted | ExemptionEnded | ExemptionWithdrawn | StudyAssigned | StudyExtended | StudyEnded
)


class ExemptEmployee(ToEmployee, frozen=True, kw_only=True, tag="exempt-employee"):
    """Both days count; without `until` it lasts until it is ended."""

    kind: ExemptionKind
    since: date
    until: date | None = None
    decree: Title


class EndExemption(ToEmployee, frozen=True, tag="end-exemption"):
    """Earlier or later than was recorded: `until` is its last day."""

    decree: Title
    until: date
    reason: Prose


class WithdrawExemption(ToEmployee, frozen=True, tag="withdraw-exemption"):
    decree: Title
    reason: Prose


class AssignStudy(ToEmployee, frozen=True, tag="assign-study"):
    programme: Title
    since: date
    until: date
    decree: Title


class ExtendStudy(ToEmployee, frozen=True, tag="extend-study"):
    decree: Title
    until: date
    reason: Prose


class EndStudy(ToEmployee, frozen=True, tag="end-study"):
    """That it was broken off reaches an appraisal by the fact that an official establishes there."""

    decree: Title
    on: date
    outcome: StudyOutcome
    reason: Prose


ExemptionCommand: TypeAlias = ExemptEmployee | EndExemption | WithdrawExemption | AssignStudy | ExtendStudy | EndStudy


def evolve(tenure: Tenure, event: ExemptionEvent) -> None:
    """Changes the tenure in place."""
    match event:
        case EmployeeExempted():
            tenure.exemptions.append(Exemption(event.decree, event.kind, event.since, event.until))
        case ExemptionEnded():
            for one in tenure.exemptions:
                if one.decree == event.decree:
                    one.until = event.until
        case ExemptionWithdrawn():
            for one in tenure.exemptions:
                if one.decree == event.decree:
                    one.withdrawn = True
        case StudyAssigned():
            tenure.studies.append(Study(event.decree, event.programme, event.since, event.until))
        case StudyExtended():
            for one in tenure.studies:
                if one.decree == event.decree:
                    one.until = event.until
        case StudyEnded():
            for one in tenure.studies:
                if one.decree == event.decree:
                    one.ended, one.outcome = event.on, event.outcome
        case _:
            assert_never(event)


def decide(command: ExemptionCommand, tenure: Tenure, context: Context) -> ExemptionEvent:
    match command:
        case ExemptEmployee():
            return _exempt(command, tenure, context)
        case EndExemption():
            return _end(command, tenure, context)
        case WithdrawExemption():
            return _withdraw(command, tenure, context)
        case AssignStudy():
            return _assign_study(command, tenure, context)
        case ExtendStudy():
            return _extend_study(command, tenure, context)
        case EndStudy():
            return _end_study(command, tenure, context)
        case _:
            assert_never(command)


def _exempt(command: ExemptEmployee, tenure: Tenure, context: Context) -> EmployeeExempted:
    not_oneself(command.employee, context, "exempt")
    validation.written(command.decree, "/decree", "the decree")
    within_service(command.since, "/since", command.employee, tenure)
    not_after(command.since, command.until)
    if any(one.decree == command.decree for one in tenure.exemptions):
        raise AlreadyDone(
            f"/decree: '{command.decree}' is recorded; an exemption is changed by end-exemption or withdraw-exemption",
            field="/decree",
        )
    _apart(command.since, command.until, command.decree, tenure)
    return EmployeeExempted(kind=command.kind, since=command.since, until=command.until, decree=command.decree)


def _end(command: EndExemption, tenure: Tenure, context: Context) -> ExemptionEnded:
    one = _standing(command, tenure, context)
    if command.until == one.until:
        raise AlreadyDone(f"/until: it ends on {command.until} already", field="/until")
    not_after(one.since, command.until)
    _apart(one.since, command.until, one.decree, tenure)
    return ExemptionEnded(decree=command.decree, until=command.until, reason=command.reason)


def _withdraw(command: WithdrawExemption, tenure: Tenure, context: Context) -> ExemptionWithdrawn:
    _standing(command, tenure, context)
    return ExemptionWithdrawn(decree=command.decree, reason=command.reason)


def _standing(command: EndExemption | WithdrawExemption, tenure: Tenure, context: Context) -> Exemption:
    not_oneself(command.employee, context, "change an exemption of")
    validation.written(command.reason, "/reason", "the reason")
    named = {one.decree: one for one in tenure.exemptions if not one.withdrawn}
    if command.decree not in named:
        raise NotFound(
            f"/decree: {command.employee} has no exemption by '{command.decree}'; "
            f"{validation.suggestion(command.decree, named)}",
            field="/decree",
        )
    return named[command.decree]


def _apart(since: date, until: date | None, decree: str, tenure: Tenure) -> None:
    """Two for one day would leave open which of them ends."""
    for one in tenure.exemptions:
        meets = since <= (one.until or date.max) and one.since <= (until or date.max)
        if meets and not one.withdrawn and one.decree != decree:
            ends = f"to {one.until}" if one.until else "on"
            raise Conflict(
                f"/since: '{one.decree}' exempts from {one.since} {ends}; end or withdraw that, or name other days",
                field="/since",
            )


def _assign_study(command: AssignStudy, tenure: Tenure, context: Context) -> StudyAssigned:
    not_oneself(command.employee, context, "assign study to")
    validation.written(command.decree, "/decree", "the decree")
    validation.written(command.programme, "/programme", "the programme")
    within_service(command.since, "/since", command.employee, tenure)
    not_after(command.since, command.until)
    if any(one.decree == command.decree for one in tenure.studies):
        raise AlreadyDone(
            f"/decree: '{command.decree}' is recorded; study is changed by extend-study or end-study", field="/decree"
        )
    return StudyAssigned(programme=command.programme, since=command.since, until=command.until, decree=command.decree)


def _extend_study(command: ExtendStudy, tenure: Tenure, context: Context) -> StudyExtended:
    one = _study(command, tenure, context)
    if one.ended is not None:
        raise Conflict(f"/decree: that study ended on {one.ended}; assign another by its own decree", field="/decree")
    if command.until <= one.until:
        raise Conflict(
            f"/until: it may last to {one.until} already; name a later day, or send end-study", field="/until"
        )
    return StudyExtended(decree=command.decree, until=command.until, reason=command.reason)


def _end_study(command: EndStudy, tenure: Tenure, context: Context) -> StudyEnded:
    one = _study(command, tenure, context)
    if (one.ended, one.outcome) == (command.on, command.outcome):
        raise AlreadyDone(f"/on: it ended on {command.on} already", field="/on")
    if not one.since <= command.on <= min(one.until, context.today):
        last = min(one.until, context.today)
        raise Conflict(f"/on: {command.on} is not within {one.since} to {last}; name a day there", field="/on")
    return StudyEnded(decree=command.decree, on=command.on, outcome=command.outcome, reason=command.reason)


def _study(command: ExtendStudy | EndStudy, tenure: Tenure, context: Context) -> Study:
    not_oneself(command.employee, context, "change the study of")
    validation.written(command.reason, "/reason", "the reason")
    named = {one.decree: one for one in tenure.studies}
    if command.decree not in named:
        raise NotFound(
            f"/decree: {command.employee} has no study by '{command.decree}'; "
            f"{validation.suggestion(command.decree, named)}",
            field="/decree",
        )
    return named[command.decree]
