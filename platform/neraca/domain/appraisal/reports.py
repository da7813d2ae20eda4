"""Reports of progress and of a day's work, and what the appraiser says to them."""

import re
from datetime import date, timedelta

from neraca.domain import validation
from neraca.domain.agency import Agency, is_working_day
from neraca.domain.appraisal.commands import DAY_IN_MINUTES, AcceptReport, ReportActivity, ReportProgress, ReturnReport
from neraca.domain.appraisal.events import (
    ActivityReported,
    AppraisalEvent,
    Evidence,
    ProgressReported,
    ReportAccepted,
    ReportReturned,
)
from neraca.domain.appraisal.plan import find_target
from neraca.domain.appraisal.relations import the_appraiser, the_employee
from neraca.domain.appraisal.stages import planned
from neraca.domain.appraisal.state import Appraisal, ReportFate
from neraca.domain.contexts import AppraisalContext, Unruled
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, TooEarly
from neraca.domain.text_kinds import counted

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ASKED = {
    "duration": "how many minutes it took",
    "result": "which planned result it served",
    "evidence": "at least one document that shows it",
}


def progress(command: ReportProgress, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Evidence must show progress of the result, so there must be some (PermenPANRB 6/2022, annex p. 68)."""
    _reportable(command.report, command.until, "/until", state, context)
    find_target(state, command.result, command.target)
    _not_taken_over(command.result, command.until, "/until", state)
    if validation.exact(command.actual, "/actual") < 0:
        raise Invalid(f"/actual: {command.actual} is below 0; send what was reached, or 0 for nothing", field="/actual")
    if not command.evidence:
        raise Invalid("/evidence: progress needs evidence; name at least one document", field="/evidence")
    check_evidence(command.evidence)
    return [
        ProgressReported(
            report=command.report,
            result=command.result,
            target=command.target,
            until=command.until,
            actual=command.actual,
            evidence=command.evidence,
            note=command.note,
        )
    ]


def activity(command: ReportActivity, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _reportable(command.report, command.day, "/day", state, context)
    validation.written(command.activity, "/activity", "the activity")
    if command.result is not None:
        validation.known(command.result, state.results.keys(), "/result", "the plan has no result {}")
        _not_taken_over(command.result, command.day, "/day", state)
    check_evidence(command.evidence)
    _check_minutes(command, state)
    _hold_what_is_required(command, context)
    return [
        ActivityReported(
            report=command.report,
            day=command.day,
            activity=command.activity,
            result=command.result,
            evidence=command.evidence,
            # Recorded, not asked again later: a holiday that is proclaimed afterwards must not change a score.
            working_day=is_working_day(context.agency, command.day),
            minutes=command.minutes,
        )
    ]


def days_wanting_entry(agency: Agency, starts: date, ends: date, today: date) -> list[date]:
    """The working days of a period up to `today`, by the agency's calendar: each wants an entry where the policy asks
    for one by the day. It may still be made as long as the appraisal runs, so that none of these is a last day.
    """
    last = min(ends, today)
    days = (starts + timedelta(days=n) for n in range((last - starts).days + 1))
    return [day for day in days if is_working_day(agency, day)]


def accept(command: AcceptReport, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _pending(command.report, state)
    the_appraiser(state, context, "accept a report")
    return [ReportAccepted(report=command.report, feedback=command.feedback)]


def send_back(command: ReturnReport, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """What is returned stays so; the employee reports again under a new id."""
    _pending(command.report, state)
    the_appraiser(state, context, "return a report")
    validation.written(command.feedback, "/feedback", "the feedback")
    return [ReportReturned(report=command.report, feedback=command.feedback)]


def _reportable(report: str, day: date, field: str, state: Appraisal, context: AppraisalContext) -> None:
    planned(state)
    the_employee(state, context, "report")
    validation.written(report, "/report", "the id of the report")
    # Returned ones too: what was said to a report stays with its id.
    if report in state.reports:
        raise AlreadyDone(f"/report: '{report}' {state.reports[report].value}; use a new id", field="/report")
    if not state.starts <= day <= state.ends:
        raise Invalid(
            f"{field}: {day} is outside the period {state.starts} to {state.ends}; name a day within", field=field
        )
    if day > context.today:
        raise TooEarly(f"{field}: {day} is still to come; report what is done by {context.today}", field=field)


def _not_taken_over(result: str, day: date, field: str, state: Appraisal) -> None:
    """What the leader does themselves since is nothing that the employee reports."""
    on = state.taken_over.get(result)
    if on is not None and day > on:
        raise Invalid(f"{field}: the appraiser took '{result}' over on {on}; report what was done by then", field=field)


def check_evidence(evidence: list[Evidence], within: str = "") -> None:
    for at, piece in enumerate(evidence):
        validation.written(piece.title, f"{within}/evidence/{at}/title", "the title")
        validation.written(piece.uri, f"{within}/evidence/{at}/uri", "the address")
        if piece.sha256 is not None and not _SHA256.fullmatch(piece.sha256):
            field = f"{within}/evidence/{at}/sha256"
            raise Invalid(f"{field}: '{piece.sha256}' is not a sha256; write 64 hex digits in lower case", field=field)


def _check_minutes(command: ReportActivity, state: Appraisal) -> None:
    """A day is no longer than a day, however many entries it has; those that were returned don't count."""
    minutes = command.minutes
    if minutes is None:
        return
    if not 1 <= minutes <= DAY_IN_MINUTES:
        raise Invalid(
            f"/minutes: {minutes} minutes of one day; send 1 to {DAY_IN_MINUTES}, or leave it out", field="/minutes"
        )
    before = sum(timed.minutes for timed in state.timed.values() if timed.day == command.day)
    if before + minutes > DAY_IN_MINUTES:
        raise Invalid(
            f"/minutes: {command.day} has {counted(before, 'minute')} already and would have {before + minutes}, more "
            f"than the {DAY_IN_MINUTES} of a day; send at most {DAY_IN_MINUTES - before}, or have an entry returned",
            field="/minutes",
        )


def _hold_what_is_required(command: ReportActivity, context: AppraisalContext) -> None:
    """As the policy of the period asks; where none applies, nothing more than what was done is asked."""
    if isinstance(context.ruling, Unruled):
        return
    required = context.ruling.reporting.requires
    for part, field, given in (
        ("duration", "/minutes", command.minutes is not None),
        ("result", "/result", command.result is not None),
        ("evidence", "/evidence", bool(command.evidence)),
    ):
        if part in required and not given:
            raise Invalid(
                f"{field}: policy {context.ruling.policy.name} asks of each day's entry {_ASKED[part]}; add {field}",
                field=field,
            )


def _pending(report: str, state: Appraisal) -> None:
    planned(state)
    if report not in state.reports:
        raise NotFound(f"/report: no report '{report}' in this appraisal; name one that was sent", field="/report")
    fate = state.reports[report]
    if fate is not ReportFate.PENDING:
        raise AlreadyDone(f"/report: '{report}' {fate.value} already", field="/report")
