"""How far a plan of the year must have come for a command to make sense, and from when on it may change."""

from datetime import date
from typing import assert_never

from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import Unruled, WorkPlanContext
from neraca.domain.errors import Conflict, NotFound, NotOneInForce, NotOpen, TooLate
from neraca.domain.period import containing
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan.state import Stage, WorkPlan, WorkPlans


def rules(command: ask.ToWorkPlan, context: WorkPlanContext) -> Rulebook:
    """The rules in force on the first day of the plan, if they have plans of the year."""
    if isinstance(context.ruling, Unruled):
        raise NotOneInForce(
            f"no policy is in force in {context.agency.id} on the first day of {command.period}; {context.ruling.why}"
        )
    if not context.ruling.plan.of_year:
        raise Conflict(
            f"policy {context.ruling.policy.id} has a plan for each appraisal, not for the year; send draft-plan for "
            "its period"
        )
    return context.ruling


def from_now_on(command: ask.ToWorkPlan, own: WorkPlan, rulebook: Rulebook, context: WorkPlanContext) -> date:
    """The first day of the current period, from which on a plan may change."""
    if own.months != own.drafted_for:
        raise NotOpen(
            f"the plan for {command.period} was ended on {own.months.ends}; the plan of the next post goes on"
        )
    if context.today > own.months.ends:
        raise TooLate(
            f"the plan for {command.period} ended on {own.months.ends}; what was planned is not changed after it"
        )
    return max(containing(max(context.today, own.months.starts), rulebook.cycle).starts, own.months.starts)


def there(command: ask.ToWorkPlan, state: WorkPlans) -> WorkPlan:
    own = state.plans.get(command.period)
    if own is None:
        there = f"there are {', '.join(state.plans)}" if state.plans else "draft one first"
        raise NotFound(f"/period: {command.employee} has no work plan for {command.period}; {there}", field="/period")
    return own


def in_stage(command: ask.ToWorkPlan, state: WorkPlans, stage: Stage) -> WorkPlan:
    own = there(command, state)
    if own.stage is not stage:
        raise NotOpen(at_stage(command, own.stage))
    return own


def at_stage(command: ask.ToWorkPlan, stage: Stage) -> str:
    match stage:
        case Stage.DRAFTING:
            return f"the work plan for {command.period} is a draft; the employee submits it first"
        case Stage.SUBMITTED:
            return f"the work plan for {command.period} waits for the appraiser, who approves or returns it"
        case Stage.APPROVED:
            return f"the work plan for {command.period} is approved; revise it, or let HR end or withdraw it"
        case _:
            assert_never(stage)
