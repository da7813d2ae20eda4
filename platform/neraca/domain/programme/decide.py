"""What a command makes happen to a programme."""

from typing import assert_never

from neraca.domain import validation
from neraca.domain.agency import Agency
from neraca.domain.assignments import named_in_service
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid
from neraca.domain.programme import conclusion, indicators, membership, parties, reports
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    EndProgramme,
    JoinProgramme,
    LeaveProgramme,
    ProgrammeCommand,
    ReassignProgramme,
    ReportProgrammeProgress,
    ReturnProgrammeReport,
    ReviseProgramme,
    ReviseProgrammeBaseline,
    ReviseProgrammeTarget,
    ReviseShare,
    StartProgramme,
)
from neraca.domain.programme.events import ProgrammeEnded, ProgrammeEvent, ProgrammeRevised, ProgrammeStarted
from neraca.domain.programme.state import Programme


def decide(command: ProgrammeCommand, state: Programme, context: Context) -> list[ProgrammeEvent]:
    """One event of each. Raises a Refusal."""
    parties.permit(command, state, context.actor)
    return [_decided(command, state, context)]


def _decided(command: ProgrammeCommand, state: Programme, context: Context) -> ProgrammeEvent:
    match command:
        case StartProgramme():
            return _start(command, state, context)
        case ReviseProgramme():
            return _revise(command, state, context)
        case ReassignProgramme():
            return membership.reassign(command, state, context)
        case JoinProgramme():
            return membership.join(command, state, context)
        case ReviseShare():
            return membership.revise_share(command, state)
        case LeaveProgramme():
            return membership.leave(command, state)
        case DefineIndicator():
            return indicators.define(command, state, context)
        case ReviseProgrammeTarget():
            return indicators.revise(command, state, context)
        case ReviseProgrammeBaseline():
            return indicators.revise_baseline(command, state)
        case ReportProgrammeProgress():
            return reports.report(command, state, context)
        case AcceptProgrammeReport():
            return reports.accept(command, state, context)
        case ReturnProgrammeReport():
            return reports.send_back(command, state, context)
        case ConcludePeriod():
            return conclusion.conclude(command, state, context)
        case CorrectPeriod():
            return conclusion.correct(command, state, context)
        case EndProgramme():
            return _end(command, state, context)
        case _:
            assert_never(command)


def _start(command: StartProgramme, state: Programme, context: Context) -> ProgrammeStarted:
    if state.started is not None:
        raise AlreadyDone(f"/programme: '{command.programme}' was started; use another id", field="/programme")
    validation.key(command.programme, "/programme", "a programme's id")
    _described(command, context.agency)
    if command.ends < command.begins:
        raise Invalid(f"/ends: {command.ends} is before {command.begins}; name a day from then", field="/ends")
    named_in_service(command.lead, max(command.begins, context.today), "/lead", context.people)
    membership.apart(command.lead, context.actor.id)
    return ProgrammeStarted(
        programme=command.programme,
        kind=command.kind,
        title=command.title,
        purpose=command.purpose,
        units=command.units,
        lead=command.lead,
        owner=context.actor.id,
        begins=command.begins,
        ends=command.ends,
        description=command.description,
    )


def _revise(command: ReviseProgramme, state: Programme, context: Context) -> ProgrammeRevised:
    started = membership.started_of(command.programme, state)
    if state.ended is not None:
        raise AlreadyDone(f"/programme: '{command.programme}' ended on {state.ended}", field="/programme")
    _described(command, context.agency)
    validation.written(command.reason, "/reason", "the reason")
    if command.ends < started.begins:
        raise Invalid(f"/ends: {command.ends} is before {started.begins}; name a day from then", field="/ends")
    return ProgrammeRevised(
        programme=command.programme,
        title=command.title,
        purpose=command.purpose,
        units=command.units,
        ends=command.ends,
        reason=command.reason,
        description=command.description,
    )


def _described(command: StartProgramme | ReviseProgramme, agency: Agency) -> None:
    validation.written(command.title, "/title", "the title")
    validation.written(command.purpose, "/purpose", "the purpose")
    if not command.units:
        raise Invalid("/units: some unit takes part; name at least one", field="/units")
    if len(set(command.units)) < len(command.units):
        raise Invalid("/units: a unit is there twice; name each once", field="/units")
    for at, unit in enumerate(command.units):
        validation.known(unit, agency.units.keys(), f"/units/{at}", f"{agency.id} has no unit {{}}")


def _end(command: EndProgramme, state: Programme, context: Context) -> ProgrammeEnded:
    started = membership.started_of(command.programme, state)
    if state.ended is not None:
        raise AlreadyDone(f"/on: '{command.programme}' ended on {state.ended} already", field="/on")
    validation.written(command.reason, "/reason", "the reason")
    if not started.begins <= command.on <= context.today:
        raise Invalid(
            f"/on: {command.on} is not within {started.begins} to {context.today}; name the last day, once it has come",
            field="/on",
        )
    return ProgrammeEnded(
        programme=command.programme, on=command.on, reason=command.reason, completed=command.completed
    )


__all__ = ["decide"]
