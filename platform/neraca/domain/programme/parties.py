"""Who has a part in a programme: its owner, its lead and its members, and an official where somebody must step in."""

from typing import assert_never

from neraca.domain.authorisation import sees_appraisals
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.programme import commands as ask
from neraca.domain.programme.state import Programme
from neraca.domain.vocabulary import Role


def permit(command: ask.ProgrammeCommand, state: Programme, actor: Actor) -> None:
    """Raises NotAllowed, in the same words for a programme that is not there."""
    # What one list starts and fills is asked before any of it is there.
    owns = actor.id == state.owner or (state.started is None and Role.OFFICIAL in actor.roles)
    match command:
        case ask.StartProgramme() | ask.ReassignProgramme():
            may = Role.OFFICIAL in actor.roles
        case (
            ask.ReviseProgramme()
            | ask.DefineIndicator()
            | ask.ReviseProgrammeTarget()
            | ask.ReviseProgrammeBaseline()
            | ask.ConcludePeriod()
            | ask.CorrectPeriod()
            | ask.EndProgramme()
        ):
            may = owns
        case ask.JoinProgramme() | ask.ReviseShare() | ask.LeaveProgramme():
            # What somebody has of the whole is pay in the end: nobody sets it for themselves.
            may = owns or (actor.id == state.lead and actor.id != command.employee)
        case ask.ReportProgrammeProgress():
            may = actor.id == state.lead or actor.id in state.stays
        case ask.AcceptProgrammeReport() | ask.ReturnProgrammeReport():
            may = actor.id in (state.lead, state.owner)
        case _:
            assert_never(command)
    if not may:
        raise NotAllowed(
            f"there is no programme '{command.programme}' in which {actor.id} may send {command.__struct_config__.tag}"
        )


def sees(state: Programme, actor: Actor) -> bool:
    """Whether the actor may know how far the programme is."""
    return sees_appraisals(actor) or actor.id in (state.owner, state.lead) or actor.id in state.stays


__all__ = ["permit", "sees"]
