"""Reports of a programme: filed once, by whoever of it, and answered by somebody else."""

from datetime import date

from neraca.domain import validation
from neraca.domain.appraisal.reports import check_evidence
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, TooEarly
from neraca.domain.period import parse
from neraca.domain.programme.commands import AcceptProgrammeReport, ReportProgrammeProgress, ReturnProgrammeReport
from neraca.domain.programme.events import (
    ProgrammeProgressReported,
    ProgrammeReportAccepted,
    ProgrammeReportReturned,
    ProgrammeStarted,
)
from neraca.domain.programme.membership import may_report, started_of
from neraca.domain.programme.state import Indicator, Programme, Report, ReportFate


def report(command: ReportProgrammeProgress, state: Programme, context: Context) -> ProgrammeProgressReported:
    """Also when the programme has ended, of a day until then; a reported period is corrected by its owner."""
    started = started_of(command.programme, state)
    if command.report in state.reports:
        fate = state.reports[command.report].fate
        raise AlreadyDone(f"/report: '{command.report}' {fate.value}; use a new id", field="/report")
    lacks = "the programme has no indicator {}"
    validation.known(command.indicator, state.indicators.keys(), "/indicator", lacks)
    _day(command.until, started, state.indicators[command.indicator], state, context)
    if not may_report(context.actor.id, command.until, state, context):
        raise NotAllowed(
            f"{context.actor.id} is no member of '{command.programme}' on {command.until} or today; a member or the "
            "lead reports"
        )
    if validation.exact(command.actual, "/actual") < 0:
        raise Invalid(f"/actual: {command.actual} is below 0; send what was reached, or 0 for nothing", field="/actual")
    if not command.evidence:
        raise Invalid("/evidence: progress needs evidence; name at least one document", field="/evidence")
    check_evidence(command.evidence)
    return ProgrammeProgressReported(
        programme=command.programme,
        report=command.report,
        indicator=command.indicator,
        until=command.until,
        actual=command.actual,
        evidence=command.evidence,
        by=context.actor.id,
        note=command.note,
    )


def accept(command: AcceptProgrammeReport, state: Programme, context: Context) -> ProgrammeReportAccepted:
    _answerable(command, state, context)
    return ProgrammeReportAccepted(programme=command.programme, report=command.report, feedback=command.feedback)


def send_back(command: ReturnProgrammeReport, state: Programme, context: Context) -> ProgrammeReportReturned:
    """What is returned stays so; it is reported again under a new id."""
    _answerable(command, state, context)
    validation.written(command.feedback, "/feedback", "the feedback")
    return ProgrammeReportReturned(programme=command.programme, report=command.report, feedback=command.feedback)


def _day(until: date, started: ProgrammeStarted, indicator: Indicator, state: Programme, context: Context) -> None:
    last = min(context.today, state.ended or date.max)
    if until < started.begins:
        raise Invalid(
            f"/until: {until} is before the programme began on {started.begins}; name a day from then", field="/until"
        )
    if until > last:
        raise TooEarly(f"/until: {until} is still to come; report what is done by {last}", field="/until")
    if not any(parse(label).holds(until) for label in indicator.targets):
        raise Invalid(
            f"/until: {until} lies in no period in which the indicator is measured; name a day of "
            f"{', '.join(sorted(indicator.targets)) or 'one, after a target was set'}",
            field="/until",
        )


def _answerable(command: AcceptProgrammeReport | ReturnProgrammeReport, state: Programme, context: Context) -> Report:
    started_of(command.programme, state)
    validation.known(command.report, state.reports.keys(), "/report", "the programme has no report {}")
    found = state.reports[command.report]
    if found.fate is not ReportFate.PENDING:
        raise AlreadyDone(f"/report: '{command.report}' {found.fate.value} already", field="/report")
    actor = context.actor.id
    if found.by in (actor, context.deputy):
        raise NotAllowed(f"nobody answers a report of their own; {state.owner} or {state.lead} does")
    if found.by == state.lead and actor != state.owner:
        raise NotAllowed(f"a report of the lead is answered by {state.owner}, who owns the programme")
    return found


__all__ = ["accept", "report", "send_back"]
