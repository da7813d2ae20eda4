"""The share of a period in a work plan of the year, written into the appraisal's own stream, which so stays enough to
replay its number.
"""

from neraca.domain.appraisal.commands import TakePlan
from neraca.domain.appraisal.events import AppraisalEvent, PlanTaken
from neraca.domain.appraisal.plan_rules import check_plan
from neraca.domain.appraisal.relations import rules
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import AppraisalContext, TakingContext
from neraca.domain.errors import AlreadyDone, Conflict, NotFound, NotOpen, Refusal, TooLate
from neraca.domain.period import Period, parse
from neraca.domain.workplan.state import WorkPlans


def take(command: TakePlan, state: Appraisal, context: TakingContext) -> list[AppraisalEvent]:
    unfinished(state)
    rulebook = rules(context)
    if not rulebook.plan.of_year:
        raise Conflict(f"policy {rulebook.policy.id} has a plan for each appraisal; send draft-plan")
    period = parse(command.period)
    taken = share(period, context.plans, rulebook)
    if taken is None:
        raise NotFound(
            f"{command.employee} has no approved work plan for {command.period}; it is drafted by draft-work-plan for "
            f"{period.starts.year}, submitted and approved"
        )
    if state.taken == (taken.plan, taken.version):
        raise AlreadyDone(f"the work plan for {taken.plan} was taken, and nothing of it that counts here was revised")
    return [taken]


def at_opening(period: Period, plans: WorkPlans, rulebook: Rulebook) -> list[AppraisalEvent]:
    """What an appraisal takes as it is opened: nothing as long as there is no plan that can be taken, as take-plan will
    tell why.
    """
    try:
        taken = share(period, plans, rulebook)
    except Refusal:
        return []
    return [] if taken is None else [taken]


def share(period: Period, plans: WorkPlans, rulebook: Rulebook) -> PlanTaken | None:
    """None without an approved plan. Raises TooLate where the policy takes none that came after the period, and Invalid
    for one that it can't score.
    """
    found = plans.share(period)
    if found is None:
        return None
    version, late = found.version, found.version.on > period.ends and rulebook.plan.late is not None
    if late and rulebook.plan.late == "refuse":
        raise TooLate(
            f"the work plan for {found.plan} was approved on {version.on}, and policy {rulebook.policy.id} takes none "
            f"after the period, which ended on {period.ends}"
        )
    check_plan(found.results, rulebook, share=True)
    return PlanTaken(
        results=found.results,
        plan=found.plan,
        version=version.number,
        due=period.ends if late else None,
        reason=version.reason,
        terms=version.terms,
        taken_over=version.taken_over,
    )


def own_plan(context: AppraisalContext) -> None:
    """Raises Conflict where the plan is that of the year, and is not changed in the appraisal of a period."""
    rulebook = context.ruling
    if isinstance(rulebook, Rulebook) and rulebook.plan.of_year:
        raise Conflict(
            f"policy {rulebook.policy.id} has one work plan for the year; it is drafted, approved and revised there, "
            "and take-plan brings it here"
        )


def is_newest(state: Appraisal, plans: WorkPlans | None, period: Period) -> None:
    """Raises NotOpen where the plan of the year says something else of the period than what was taken of it."""
    found = None if plans is None else plans.share(period)
    if found is not None and state.taken != (found.plan, found.version.number):
        raise NotOpen(
            f"the work plan for {found.plan} was approved or revised on {found.version.on}, and this appraisal has not "
            "taken that yet; send take-plan first"
        )
