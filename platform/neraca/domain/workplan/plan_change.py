"""What is added to an approved plan of the year, dropped from it or changed in it by consent of both: one proposes, the
other agrees or declines (PermenPANRB 6/2022 ps 14(2): a plan evolves with feedback and new assignments).
"""

from collections.abc import Sequence
from datetime import date

from neraca.domain import validation
from neraca.domain.appraisal.plan_rules import check_plan, each_once
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import WorkPlanContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound
from neraca.domain.period import of_year
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan.events import (
    WorkPlanChangeAgreed,
    WorkPlanChangeDeclined,
    WorkPlanChangeProposed,
    YearResult,
)
from neraca.domain.workplan.spread import reached_before, shares, whole
from neraca.domain.workplan.spread_rules import check_beside, check_spread, same_kind
from neraca.domain.workplan.stages import from_now_on, in_stage, rules
from neraca.domain.workplan.state import Stage, WorkPlan, WorkPlans, courses_changed, months_before

MOST_OPEN = 20
"""Changes of one plan that wait for an answer."""


def propose(command: ask.ProposeWorkPlanChange, state: WorkPlans, context: WorkPlanContext) -> WorkPlanChangeProposed:
    own, rulebook = in_stage(command, state, Stage.APPROVED), rules(command, context)
    reason = validation.written(command.reason, "/reason", "the reason")
    if command.change in own.changes:
        raise AlreadyDone(
            f"/change: '{command.change}' was proposed already; give this one another id", field="/change"
        )
    if sum(one is not None for one in own.changes.values()) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} changes wait for an answer; agree to them or decline them first")
    changed(command.results, command.drop, own, rulebook, command, context)
    return WorkPlanChangeProposed(
        employee=command.employee,
        period=command.period,
        change=command.change,
        by=context.actor.id,
        reason=reason,
        results=command.results,
        drop=command.drop,
    )


def agree(command: ask.AgreeToWorkPlanChange, state: WorkPlans, context: WorkPlanContext) -> WorkPlanChangeAgreed:
    """Checked again: the plan or the policy may have changed since it was proposed."""
    own, rulebook = in_stage(command, state, Stage.APPROVED), rules(command, context)
    proposed = waiting(command.change, own)
    if (proposed.by == command.employee) is (context.actor.id == command.employee):
        other = "who is above" if proposed.by == command.employee else command.employee
        raise NotAllowed(f"'{command.change}' was proposed by {proposed.by}, and {other} agrees to it or declines it")
    results, since = changed(proposed.results, proposed.drop, own, rulebook, command, context)
    return WorkPlanChangeAgreed(
        employee=command.employee,
        period=command.period,
        change=command.change,
        by=context.actor.id,
        proposed_by=proposed.by,
        on=context.today,
        since=since,
        results=results,
        reason=proposed.reason,
        dropped=proposed.drop,
    )


def decline(command: ask.DeclineWorkPlanChange, state: WorkPlans, context: WorkPlanContext) -> WorkPlanChangeDeclined:
    own = in_stage(command, state, Stage.APPROVED)
    waiting(command.change, own)
    return WorkPlanChangeDeclined(
        employee=command.employee,
        period=command.period,
        change=command.change,
        by=context.actor.id,
        reason=validation.written(command.reason, "/reason", "the reason"),
    )


def waiting(change: str, own: WorkPlan) -> WorkPlanChangeProposed:
    """Raises NotFound for a change that was not proposed, and AlreadyDone for one that was answered."""
    if change not in own.changes:
        raise NotFound(f"/change: no change '{change}' was proposed", field="/change")
    found = own.changes[change]
    if found is None:
        raise AlreadyDone(f"/change: '{change}' was agreed to or declined already", field="/change")
    return found


def changed(
    results: Sequence[YearResult],
    drop: Sequence[str],
    own: WorkPlan,
    rulebook: Rulebook,
    command: ask.ToWorkPlan,
    context: WorkPlanContext,
) -> tuple[list[YearResult], date]:
    """The whole plan with what is new, changed and dropped, and the first day of it. Refuses what the policy could not
    score.
    """
    since, before = from_now_on(command, own, rulebook, context), own.versions[-1]
    after = merged(before.results, results, drop, {one.result for one in before.taken_over})
    same_kind(after, before.results)
    # Where a result is dropped, the weights that are left count in proportion until others are given with a change.
    check_plan(whole(after), rulebook, share=not results)
    first = months_before(own.months, since)
    for at, result in enumerate(results):
        for nth, target in enumerate(result.targets):
            course = before.courses.get((result.id, target.id))
            check_spread(
                target, f"/results/{at}/targets/{nth}", own.months, first, reached_before(target, first, course)
            )
    spread = courses_changed(before, after, own.drafted_for, first)
    for period in of_year(own.months.starts.year, rulebook.cycle):
        if period.meets(own.months) and period.ends >= since:
            try:
                check_plan(shares(after, spread, own.months, period), rulebook, share=True)
            except Invalid as refused:
                said = refused.message.partition(": ")[2]
                raise Invalid(f"/results: in {period.label} {said}", field="/results") from None
    check_beside(after, before.terms, own.months, command, context)
    return after, since


def merged(
    before: Sequence[YearResult], results: Sequence[YearResult], drop: Sequence[str], taken_over: set[str]
) -> list[YearResult]:
    """The plan in its order, with what is new at its end."""
    if not results and not drop:
        raise Invalid("/results: nothing would change; name what is new, changed or dropped", field="/results")
    each_once([one.id for one in results], drop)
    known, named = {one.id for one in before}, {one.id: one for one in results}
    for at, name in enumerate(drop):
        validation.known(name, known, f"/drop/{at}", "the plan has no result {}")
        if name in named:
            raise Invalid(f"/drop/{at}: '{name}' is to be changed and to go; do one of the two", field=f"/drop/{at}")
    for at, result in enumerate(results):
        field = f"/results/{at}"
        if result.id in taken_over:
            raise Invalid(
                f"{field}/id: '{result.id}' was taken over; it goes back by revise-work-plan", field=f"{field}/id"
            )
        if result in before:
            raise Invalid(f"{field}: '{result.id}' is planned so already; leave it out", field=field)
    kept = [named.get(one.id, one) for one in before if one.id not in drop]
    return [*kept, *(one for one in results if one.id not in known)]
