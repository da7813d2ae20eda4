"""From a draft to a plan that is fixed, and what may change of it afterwards.

The SKP is that of a year (PermenPANRB 6/2022 ps 1.4), fixed no later than the end of January (ps 14(1)), and evolves
with feedback and new assignments (ps 14(2)). A post held for a part of the year has one of its own.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import assert_never

from neraca.domain import plan_deadline, validation
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.events import TakenOver
from neraca.domain.appraisal.plan_rules import check_left, check_plan
from neraca.domain.appraisal.relations import roster_of
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import WorkPlanContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.faults import Faults
from neraca.domain.period import Period, of_year
from neraca.domain.workplan import clock, parties, plan_change
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan.events import (
    PlanDeadlinePassed,
    PlanDeadlineReminded,
    WorkPlanApproved,
    WorkPlanDrafted,
    WorkPlanEnded,
    WorkPlanEvent,
    WorkPlanResultTakenOver,
    WorkPlanReturned,
    WorkPlanRevised,
    WorkPlanSubmitted,
    WorkPlanWithdrawn,
    YearResult,
)
from neraca.domain.workplan.spread import reached_before, shares, whole
from neraca.domain.workplan.spread_rules import check_beside, check_spread, same_kind
from neraca.domain.workplan.stages import at_stage, from_now_on, in_stage, rules, there
from neraca.domain.workplan.state import Stage, WorkPlan, WorkPlans, courses, courses_left, months_before


def decide(command: ask.WorkPlanCommand, state: WorkPlans, context: WorkPlanContext) -> list[WorkPlanEvent]:
    parties.permit(command, context.actor, roster_of(context))
    if command.employee == context.deputy:
        raise NotAllowed("nobody may decide on their own plan in another's place; ask another official")
    match command:
        case ask.DraftWorkPlan():
            return [_draft(command, state, context)]
        case ask.SubmitWorkPlan():
            return [_submit(command, state, context)]
        case ask.ReturnWorkPlan():
            in_stage(command, state, Stage.SUBMITTED)
            feedback = validation.written(command.feedback, "/feedback", "the feedback")
            return [WorkPlanReturned(employee=command.employee, period=command.period, feedback=feedback)]
        case ask.ApproveWorkPlan():
            return [_approve(command, state, context)]
        case ask.ReviseWorkPlan():
            return [_revise(command, state, context)]
        case ask.TakeOverPlannedResult():
            return [_take_over(command, state, context)]
        case ask.ProposeWorkPlanChange():
            return [plan_change.propose(command, state, context)]
        case ask.AgreeToWorkPlanChange():
            return [plan_change.agree(command, state, context)]
        case ask.DeclineWorkPlanChange():
            return [plan_change.decline(command, state, context)]
        case ask.EndWorkPlan():
            return [_end(command, state, context.today)]
        case ask.WithdrawWorkPlan():
            return [_withdraw(command, state, context.today)]
        case ask.ObserveWorkPlan():
            return [_observe(command, state, context)]
        case _:
            assert_never(command)


def _draft(command: ask.DraftWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanDrafted:
    plan, rulebook = validation.period(command.period), rules(command, context)
    _in_service(command, plan, context)
    own = state.plans.get(command.period)
    if own is None:
        _no_other(command, plan, state)
    elif own.stage is not Stage.DRAFTING:
        raise NotOpen(at_stage(command, own.stage))
    plan_deadline.missed(plan, rulebook, context.today)
    wrong = Faults()
    with wrong:
        _check(command.results, plan, rulebook)
    with wrong:
        check_beside(command.results, command.terms, plan, command, context)
    wrong.tell()
    return WorkPlanDrafted(
        employee=command.employee, period=command.period, results=command.results, terms=command.terms
    )


def _in_service(command: ask.DraftWorkPlan, plan: Period, context: WorkPlanContext) -> None:
    """Somebody who can be appraised in these months; in which place is asked when the plan goes to somebody."""
    tenure = context.people(command.employee)
    if tenure is None or tenure.since is None:
        raise NotFound(f"{command.employee} is not on the roster; HR registers them first")
    if tenure.state_official:
        raise NotAllowed(
            f"{command.employee} is a state official, who plans and is appraised by nobody (annex p. 65-66)"
        )
    if tenure.since > plan.ends or (tenure.retired is not None and tenure.retired < plan.starts):
        until = f"to {tenure.retired}" if tenure.retired else "on"
        raise Invalid(
            f"/period: {command.employee} serves from {tenure.since} {until}, and {command.period} has no day of that; "
            "plan for months that have",
            field="/period",
        )


def _no_other(command: ask.DraftWorkPlan, plan: Period, state: WorkPlans) -> None:
    met = [label for label, other in state.plans.items() if other.months.meets(plan)]
    if met:
        raise Conflict(
            f"/period: {command.employee} has a work plan for {', '.join(met)}, which has days of {command.period}; "
            "where the post has changed, HR ends that with end-work-plan",
            field="/period",
        )


def _submit(command: ask.SubmitWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanSubmitted:
    """Checked again: the policy may have changed since the draft, and it goes to somebody who can answer."""
    own, rulebook = in_stage(command, state, Stage.DRAFTING), rules(command, context)
    plan_deadline.missed(own.months, rulebook, context.today)
    if parties.appraiser(command.employee, roster_of(context)) is None:
        raise NotFound(
            f"nobody is above {command.employee} on the roster who could approve it; HR must transfer them with a "
            "supervisor who serves, and the draft is kept"
        )
    wrong = Faults()
    with wrong:
        _check(own.drafted, own.months, rulebook)
    with wrong:
        check_beside(own.drafted, own.terms, own.months, command, context)
    wrong.tell()
    return WorkPlanSubmitted(employee=command.employee, period=command.period)


def _approve(command: ask.ApproveWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanApproved:
    own = in_stage(command, state, Stage.SUBMITTED)
    due = plan_deadline.missed(own.months, rules(command, context), context.today)
    return WorkPlanApproved(employee=command.employee, period=command.period, on=context.today, due=due)


def _revise(command: ask.ReviseWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanRevised:
    own, rulebook = in_stage(command, state, Stage.APPROVED), rules(command, context)
    validation.written(command.reason, "/reason", "the reason")
    since = from_now_on(command, own, rulebook, context)
    before = own.versions[-1]
    terms = command.terms or before.terms
    if command.results == before.results and terms == before.terms:
        raise Invalid("/results: nothing would change; give the plan as it is to be", field="/results")
    same_kind(command.results, before.results)
    _check(command.results, own.months, rulebook, own, since)
    check_beside(command.results, terms, own.months, command, context)
    return WorkPlanRevised(
        employee=command.employee,
        period=command.period,
        on=context.today,
        since=since,
        results=command.results,
        reason=command.reason,
        terms=command.terms,
    )


def _take_over(
    command: ask.TakeOverPlannedResult, state: WorkPlans, context: WorkPlanContext
) -> WorkPlanResultTakenOver:
    own, rulebook = in_stage(command, state, Stage.APPROVED), rules(command, context)
    validation.written(command.note, "/note", "the note")
    since = from_now_on(command, own, rulebook, context)
    before = own.versions[-1]
    titles = {result.id: result.title for result in before.results}
    validation.known(command.result, titles.keys(), "/result", "the plan has no result {}")
    left = [result for result in before.results if result.id != command.result]
    check_left(whole(left), rulebook, "/result")
    spread = courses_left(before.courses, command.result)
    for period in of_year(own.months.starts.year, rulebook.cycle):
        if period.meets(own.months) and period.ends >= since:
            check_left(shares(left, spread, own.months, period), rulebook, "/result")
    return WorkPlanResultTakenOver(
        employee=command.employee,
        period=command.period,
        taken=TakenOver(command.result, titles[command.result], context.today, context.actor.id, command.note),
        since=since,
    )


def _withdraw(command: ask.WithdrawWorkPlan, state: WorkPlans, today: date) -> WorkPlanWithdrawn:
    own = there(command, state)
    reason = validation.written(command.reason, "/reason", "the reason")
    approved = own.stage is Stage.APPROVED
    if approved:
        _not_over(command, own, today)
    begun = own.months.starts if approved and own.months.starts < today else None
    return WorkPlanWithdrawn(employee=command.employee, period=command.period, reason=reason, backdated_to=begun)


def _not_over(command: ask.EndWorkPlan | ask.WithdrawWorkPlan, own: WorkPlan, today: date) -> None:
    """Raises TooLate for a plan by whose months people were judged."""
    if today > own.months.ends:
        raise TooLate(
            f"the plan for {command.period} ended on {own.months.ends}; what was planned is not changed after it"
        )


def _end(command: ask.EndWorkPlan, state: WorkPlans, today: date) -> WorkPlanEnded:
    own = in_stage(command, state, Stage.APPROVED)
    validation.written(command.reason, "/reason", "the reason")
    _not_over(command, own, today)
    until = command.until
    is_month_end = until.day == monthrange(until.year, until.month)[1]
    if not is_month_end or not own.months.starts <= until < own.months.ends:
        raise Invalid(
            f"/until: {until} is not the last day of a month from {own.months.starts} to before {own.months.ends}; "
            "plans are of whole months",
            field="/until",
        )
    after = until + timedelta(days=1)
    return WorkPlanEnded(
        employee=command.employee,
        period=command.period,
        until=until,
        reason=command.reason,
        backdated_to=after if after < today else None,
    )


def _observe(command: ask.ObserveWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanEvent:
    """Raises AlreadyDone where nothing is to be told that the log does not say already: each once for its last day.
    One that has passed is not reminded of, though a server whose clock is behind looks after one that told.
    """
    rulebook = rules(command, context)
    wanted = clock.wanted(context.people(command.employee), clock.standing(state), context.today)
    due = None if wanted is None or wanted.months.label != command.period else clock.due(wanted, rulebook.plan)
    if due is not None:
        telling = PlanDeadlinePassed if context.today > due.last else PlanDeadlineReminded
        said = {how for how, period, last in state.told if (period, last) == (command.period, due.last)}
        is_told = "passed" in said or (telling is PlanDeadlineReminded and "near" in said)
        if not is_told and context.today >= deadlines.reminder(due, rulebook, context.agency):
            return telling(
                employee=command.employee,
                period=command.period,
                role=due.role,
                since=due.since,
                last=due.last,
                superior=parties.appraiser(command.employee, roster_of(context)),
            )
    raise AlreadyDone(f"nothing new is due of the work plan of {command.employee}")


def _check(
    results: list[YearResult],
    plan: Period,
    rulebook: Rulebook,
    own: WorkPlan | None = None,
    since: date | None = None,
) -> None:
    """Refuses what the policy could not score, for the year or for one of its periods. With `own`, of what it is to be
    from a day on.
    """
    check_plan(whole(results), rulebook)
    first = months_before(plan, since) if since else 0
    before = own.versions[-1].courses if own else {}
    wrong = Faults()
    for at, result in enumerate(results):
        for nth, target in enumerate(result.targets):
            course = before.get((result.id, target.id))
            with wrong:
                check_spread(target, f"/results/{at}/targets/{nth}", plan, first, reached_before(target, first, course))
    wrong.tell()
    spread = courses(results, plan, first, before)
    for period in of_year(plan.starts.year, rulebook.cycle):
        if period.meets(plan) and period.ends >= (since or plan.starts):
            try:
                check_plan(shares(results, spread, plan, period), rulebook, share=True)
            except Invalid as refused:
                said = refused.message.partition(": ")[2]
                raise Invalid(f"/results: in {period.label} {said}", field="/results") from None
