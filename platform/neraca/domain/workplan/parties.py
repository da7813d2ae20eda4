"""Who has a part in a work plan: the employee whose it is, and who is above them on the day."""

from typing import assert_never

from neraca.domain.assignments import Roster, superiors
from neraca.domain.authorisation import sees_appraisals
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.vocabulary import Role
from neraca.domain.workplan import commands as ask


def permit(command: ask.WorkPlanCommand, actor: Actor, roster: Roster | None) -> None:
    """Raises NotAllowed, in the same words for a plan that is not there."""
    match command:
        case ask.DraftWorkPlan() | ask.SubmitWorkPlan():
            may = actor.id == command.employee
        case ask.ReturnWorkPlan() | ask.ApproveWorkPlan() | ask.ReviseWorkPlan() | ask.TakeOverPlannedResult():
            may = actor.id != command.employee and (roster is None or actor.id == appraiser(command.employee, roster))
        case ask.ProposeWorkPlanChange() | ask.AgreeToWorkPlanChange() | ask.DeclineWorkPlanChange():
            may = actor.id == command.employee or roster is None or actor.id == appraiser(command.employee, roster)
        case ask.EndWorkPlan() | ask.WithdrawWorkPlan():
            may = Role.HR in actor.roles and actor.id != command.employee
        case ask.ObserveWorkPlan():
            may = Role.CLOCK in actor.roles
        case _:
            assert_never(command)
    if not may:
        raise NotAllowed(
            f"there is no work plan of {command.employee} for {command.period} in which {actor.id} may send "
            f"{command.__struct_config__.tag}"
        )


def sees(employee: str, actor: Actor, roster: Roster | None) -> bool:
    """Whether the actor may know how far the plans of the employee are."""
    if sees_appraisals(actor) or actor.id == employee:
        return True
    return roster is not None and actor.id == appraiser(employee, roster)


def appraiser(employee: str, roster: Roster) -> str | None:
    """The nearest above the employee on the day who is still there: whoever fixes the plan then (PermenPANRB 6/2022 ps
    14(3)).
    """
    return next((one for one in superiors(roster.people, employee, roster.today) if one != employee), None)
