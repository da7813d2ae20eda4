"""From a draft to a plan that is fixed, and what may change of it afterwards.

The SKP is that of a year (PermenPANRB 6/2022 ps 1.4), fixed no later than the end of January (ps 14(1)), and evolves
with feedback and new assignments (ps 14(2)). A post held for a part of the year has one of its own.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import assert_never

from neraca.domain import plan_deadline, validation
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.events import PlanTerms, TakenOver
from neraca.domain.appraisal.plan_rules import check_left, check_perspectives, check_plan, check_terms
from neraca.domain.appraisal.relations import roster_of
from neraca.domain.assignments import class_on
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import Unruled, WorkPlanContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOneInForce, NotOpen, TooLate
from neraca.domain.period import Period, containing, of_year, parse
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan import clock, parties
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
    YearTarget,
)
from neraca.domain.workplan.spread import micro, reached_before, shares, whole
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
            _in_stage(command, state, Stage.SUBMITTED)
            feedback = validation.written(command.feedback, "/feedback", "the feedback")
            return [WorkPlanReturned(employee=command.employee, period=command.period, feedback=feedback)]
        case ask.ApproveWorkPlan():
            return [_approve(command, state, context)]
        case ask.ReviseWorkPlan():
            return [_revise(command, state, context)]
        case ask.TakeOverPlannedResult():
            return [_take_over(command, state, context)]
        case ask.EndWorkPlan():
            return [_end(command, state, context.today)]
        case ask.WithdrawWorkPlan():
            return [_withdraw(command, state, context.today)]
        case ask.ObserveWorkPlan():
            return [_observe(command, state, context)]
        case _:
            assert_never(command)


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


def _draft(command: ask.DraftWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanDrafted:
    plan, rulebook = validation.period(command.period), rules(command, context)
    _in_service(command, plan, context)
    own = state.plans.get(command.period)
    if own is None:
        _no_other(command, plan, state)
    elif own.stage is not Stage.DRAFTING:
        raise NotOpen(_at_stage(command, own.stage))
    plan_deadline.missed(plan, rulebook, context.today)
    _check(command.results, plan, rulebook)
    _check_beside(command.results, command.terms, plan, command, context)
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
    own, rulebook = _in_stage(command, state, Stage.DRAFTING), rules(command, context)
    plan_deadline.missed(own.months, rulebook, context.today)
    if parties.appraiser(command.employee, roster_of(context)) is None:
        raise NotFound(
            f"nobody is above {command.employee} on the roster who could approve it; HR must transfer them with a "
            "supervisor who serves, and the draft is kept"
        )
    _check(own.drafted, own.months, rulebook)
    _check_beside(own.drafted, own.terms, own.months, command, context)
    return WorkPlanSubmitted(employee=command.employee, period=command.period)


def _approve(command: ask.ApproveWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanApproved:
    own = _in_stage(command, state, Stage.SUBMITTED)
    due = plan_deadline.missed(own.months, rules(command, context), context.today)
    return WorkPlanApproved(employee=command.employee, period=command.period, on=context.today, due=due)


def _revise(command: ask.ReviseWorkPlan, state: WorkPlans, context: WorkPlanContext) -> WorkPlanRevised:
    own, rulebook = _in_stage(command, state, Stage.APPROVED), rules(command, context)
    validation.written(command.reason, "/reason", "the reason")
    since = _from_now_on(command, own, rulebook, context)
    before = own.versions[-1]
    terms = command.terms or before.terms
    if command.results == before.results and terms == before.terms:
        raise Invalid("/results: nothing would change; give the plan as it is to be", field="/results")
    _same_kind(command.results, before.results)
    _check(command.results, own.months, rulebook, own, since)
    _check_beside(command.results, terms, own.months, command, context)
    return WorkPlanRevised(
        employee=command.employee,
        period=command.period,
        on=context.today,
        since=since,
        results=command.results,
        reason=command.reason,
        terms=command.terms,
    )


def _from_now_on(command: ask.ToWorkPlan, own: WorkPlan, rulebook: Rulebook, context: WorkPlanContext) -> date:
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


def _take_over(
    command: ask.TakeOverPlannedResult, state: WorkPlans, context: WorkPlanContext
) -> WorkPlanResultTakenOver:
    own, rulebook = _in_stage(command, state, Stage.APPROVED), rules(command, context)
    validation.written(command.note, "/note", "the note")
    since = _from_now_on(command, own, rulebook, context)
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


def _same_kind(after: list[YearResult], before: list[YearResult]) -> None:
    spreads = {(result.id, target.id): target.spread for result in before for target in result.targets}
    for at, result in enumerate(after):
        for nth, target in enumerate(result.targets):
            if spreads.get((result.id, target.id), target.spread) is not target.spread:
                field = f"/results/{at}/targets/{nth}/spread"
                raise Invalid(
                    f"{field}: '{target.id}' was spread by {spreads[result.id, target.id]}; what is spread otherwise "
                    "is another target and has an id of its own",
                    field=field,
                )


def _withdraw(command: ask.WithdrawWorkPlan, state: WorkPlans, today: date) -> WorkPlanWithdrawn:
    own = _there(command, state)
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
    own = _in_stage(command, state, Stage.APPROVED)
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


def _there(command: ask.ToWorkPlan, state: WorkPlans) -> WorkPlan:
    own = state.plans.get(command.period)
    if own is None:
        there = f"there are {', '.join(state.plans)}" if state.plans else "draft one first"
        raise NotFound(f"/period: {command.employee} has no work plan for {command.period}; {there}", field="/period")
    return own


def _in_stage(command: ask.ToWorkPlan, state: WorkPlans, stage: Stage) -> WorkPlan:
    own = _there(command, state)
    if own.stage is not stage:
        raise NotOpen(_at_stage(command, own.stage))
    return own


def _at_stage(command: ask.ToWorkPlan, stage: Stage) -> str:
    match stage:
        case Stage.DRAFTING:
            return f"the work plan for {command.period} is a draft; the employee submits it first"
        case Stage.SUBMITTED:
            return f"the work plan for {command.period} waits for the appraiser, who approves or returns it"
        case Stage.APPROVED:
            return f"the work plan for {command.period} is approved; revise it, or let HR end or withdraw it"
        case _:
            assert_never(stage)


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
    for at, result in enumerate(results):
        for nth, target in enumerate(result.targets):
            course = before.get((result.id, target.id))
            _check_spread(target, f"/results/{at}/targets/{nth}", plan, first, reached_before(target, first, course))
    spread = courses(results, plan, first, before)
    for period in of_year(plan.starts.year, rulebook.cycle):
        if period.meets(plan) and period.ends >= (since or plan.starts):
            try:
                check_plan(shares(results, spread, plan, period), rulebook, share=True)
            except Invalid as refused:
                said = refused.message.partition(": ")[2]
                raise Invalid(f"/results: in {period.label} {said}", field="/results") from None


def _check_beside(
    results: list[YearResult],
    terms: PlanTerms | None,
    plan: Period,
    command: ask.ToWorkPlan,
    context: WorkPlanContext,
) -> None:
    """What is asked of a plan beside its numbers, by the class of the post on its first day in it."""
    rulebook, tenure = rules(command, context), context.people(command.employee)
    first = plan.starts if tenure is None or tenure.since is None else max(plan.starts, tenure.since)
    check_terms(terms, rulebook)
    check_perspectives(
        [one.perspective for one in results], None if tenure is None else class_on(tenure, first), rulebook
    )


def _check_spread(target: YearTarget, at: str, plan: Period, first: int, reached: int) -> None:
    if target.target is None:
        if target.amounts:
            raise Invalid(f"{at}/amounts: '{target.id}' has no target to be shared out", field=f"{at}/amounts")
        return
    goal = micro(target.target)
    if target.spread is Spread.EACH:
        if target.amounts:
            raise Invalid(
                f"{at}/amounts: each period has the target of '{target.id}'; leave the amounts out, or spread it as "
                "CUMULATIVE",
                field=f"{at}/amounts",
            )
        return
    if goal < reached:
        raise Invalid(
            f"{at}/target: more than {target.target} of '{target.id}' is planned for periods that have ended; plan at "
            "least that",
            field=f"{at}/target",
        )
    if target.amounts:
        _check_amounts(target, f"{at}/amounts", plan, first, goal, reached)


def _check_amounts(target: YearTarget, at: str, plan: Period, first: int, goal: int, reached: int) -> None:
    named: list[tuple[Period, int]] = []
    for label, amount in target.amounts.items():
        field = f"{at}{validation.pointer(label)}"
        try:
            period = parse(label)
        except ValueError as unknown:
            raise Invalid(f"{field}: {unknown}", field=field) from None
        if period.starts < plan.starts or period.ends > plan.ends:
            raise Invalid(f"{field}: {label} is not within {plan.label}", field=field)
        if months_before(plan, period.starts) < first:
            raise Invalid(f"{field}: {label} has ended; what was planned for it stays", field=field)
        if (exact := validation.exact(amount, field)) < 0:
            raise Invalid(f"{field}: {amount} is below 0; leave out what has nothing", field=field)
        if any(period.meets(other) for other, _ in named):
            raise Invalid(f"{field}: {label} shares days with another; each month counts once", field=field)
        named.append((period, exact))
    named.sort(key=lambda one: one[0].starts)
    if target.spread is Spread.SUM:
        if reached + sum(amount for _, amount in named) != goal:
            kept = " with what ended periods have" if reached else ""
            raise Invalid(f"{at}: the amounts of '{target.id}'{kept} do not make up {target.target}", field=at)
        return
    amounts = [reached, *(amount for _, amount in named)]
    if amounts != sorted(amounts) or amounts[-1] != goal or named[-1][0].ends != plan.ends:
        raise Invalid(
            f"{at}: what is to be reached of '{target.id}' never falls, and is {target.target} by {plan.ends}; name "
            "the last period with it",
            field=at,
        )
