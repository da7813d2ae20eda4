"""From opening to an approved plan: the expectations of the year, agreed before they are measured.

SKP is drafted by the employee and fixed by the appraiser (PermenPANRB 6/2022 ps 14).
"""

from datetime import date

from neraca.domain import plan_deadline, validation
from neraca.domain.agency import Agency
from neraca.domain.appraisal.commands import (
    AddSpecialExpectation,
    ApprovePlan,
    DraftPlan,
    OpenAppraisal,
    ReassignAppraisal,
    ReturnPlan,
    ReviseTarget,
    ReviseTerms,
    SubmitPlan,
)
from neraca.domain.appraisal.deadlines import window_of_moves
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    LevelJudged,
    Opened,
    PlanApproved,
    PlanDrafted,
    PlannedResult,
    PlanReturned,
    PlanSubmitted,
    PlanTaken,
    PlanTerms,
    RatingWithdrawn,
    Reassigned,
    SpecialExpectationAdded,
    Target,
    TargetRevised,
    TermsRevised,
)
from neraca.domain.appraisal.plan_rules import check_perspectives, check_plan, check_result, check_terms
from neraca.domain.appraisal.plan_share import at_opening, own_plan
from neraca.domain.appraisal.relations import (
    evaluates_still,
    not_the_employee,
    roster_of,
    rules,
    some_appraiser,
    the_appraiser,
    the_employee,
)
from neraca.domain.appraisal.stages import opened, planned, promised, unfinished
from neraca.domain.appraisal.state import Appraisal, Stage, revised
from neraca.domain.assignments import (
    Assignment,
    Tenure,
    assignments_between,
    assignments_owed,
    first_day_of,
    is_state_official,
    named_in_service,
    registered,
    superiors,
    upwards_in_posts,
)
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import AppraisalContext, OpeningContext, Unruled
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.faults import Faults
from neraca.domain.organisation import active_unit
from neraca.domain.period import Period, parse
from neraca.domain.record_uses import appraises
from neraca.domain.vocabulary import RATER_GROUP, ActingKind, EmploymentType, Relation


def open_appraisal(command: OpenAppraisal, state: Appraisal, context: OpeningContext) -> list[AppraisalEvent]:
    period = validation.period(command.period)
    rulebook = rules(context)
    if state.stage is not Stage.UNOPENED:
        raise AlreadyDone(f"the appraisal of {command.employee} for {command.period} is open already")
    if not appraises(rulebook, period):
        raise Invalid(
            f"/period: policy {rulebook.policy.id} appraises by the {rulebook.cycle}, and {command.period} is a "
            f"{period.cycle}",
            field="/period",
        )
    if context.overlapping:
        raise Conflict(
            f"/period: {command.employee} has an appraisal for {', '.join(context.overlapping)}, which has days of "
            f"{command.period}; a day counts in one appraisal only",
            field="/period",
        )
    if is_state_official(command.employee, context.people):
        raise NotAllowed(
            f"{command.employee} is a state official, who plans and is appraised by nobody (annex p. 65-66); open one "
            "for a civil servant"
        )
    since, place = _first_place(command.employee, period, context)
    appraiser, acting_for, reviewer = _named(command.employee, since, place, period, context)
    return [
        Opened(
            employee=command.employee,
            period=command.period,
            starts=period.starts,
            ends=period.ends,
            unit=place.unit,
            appraiser=appraiser,
            reviewer=reviewer,
            # For all of the appraisal: commands and scores take the same rule from here, whatever post comes later.
            position_class=context.position_class,
            since=since,
            acting_for=acting_for,
        ),
        *_at_opening(period, context, rulebook),
    ]


def _at_opening(period: Period, context: OpeningContext, rulebook: Rulebook) -> list[AppraisalEvent]:
    """The share of the year's plan, and of a part of a whole that was cut what belongs to it: judgements only of
    results that it has.
    """
    taken = [] if context.plans is None else at_opening(period, context.plans, rulebook)
    planned = {result.id for one in taken if isinstance(one, PlanTaken) for result in one.results}
    carried = [
        event
        for event in context.carried
        if not (rulebook.plan.of_year and isinstance(event, LevelJudged) and event.result not in planned)
    ]
    return [*taken, *carried]


def _first_place(employee: str, period: Period, context: AppraisalContext) -> tuple[date, Assignment]:
    """The first of the period that has a superior, in a unit that takes part before the period or the service ends."""
    tenure = context.people(employee)
    held = list(assignments_owed(tenure, period.starts, period.ends))
    if not held:
        raise NotFound(f"{employee} {_absence(tenure, period)}")
    under = [(begins, ends, place) for begins, ends, place in held if place.supervisor is not None]
    if not under:
        raise NotFound(
            f"{employee} has no supervisor on the roster in {period.label}, so no appraiser; transfer them with one, "
            f"from {held[0][0]} or a later day of the period; the head of an agency goes under the head of the "
            f"region, registered as {EmploymentType.STATE_OFFICIAL}"
        )
    taking_part = (spell for spell in under if _takes_part(spell[2].unit, spell[1], context.agency))
    since, until, place = next(taking_part, under[0])
    active_unit(place.unit, until, context.agency)
    return since, place


def _takes_part(unit: str, by: date, agency: Agency) -> bool:
    activated = agency.units[unit].activated if unit in agency.units else None
    return activated is not None and activated <= by


def _absence(tenure: Tenure | None, period: Period) -> str:
    if tenure is None or tenure.since is None:
        return "is not on the roster; register and assign them first"
    if tenure.since > period.ends or (tenure.retired is not None and tenure.retired < period.starts):
        until = f"to {tenure.retired}" if tenure.retired else "on"
        return f"serves from {tenure.since} {until}, and {period.label} has no day of that; open one that has"
    if not tenure.places:
        return f"has no place on the roster in {period.label}; assign one first"
    if any(first <= period.starts and period.ends <= last for first, last in tenure.breaks):
        return f"did not serve in {period.label}; open one of a time of service"
    if any(assignments_between(tenure, period.starts, period.ends)):
        return (
            f"owes no appraisal in {period.label}: exempt by "
            f"'{_exemption(tenure, period)}'; end or withdraw that, or open one "
            "that has other days"
        )
    first = tenure.places[0][0]
    return f"has no place on the roster in {period.label}, the first being from {first}; transfer from an earlier day"


def _exemption(tenure: Tenure, period: Period) -> str:
    """The decree of the last exemption that has days of the period."""
    standing = [one for one in tenure.exemptions if not one.withdrawn and one.since <= period.ends]
    return max(standing, key=lambda one: one.since).decree


def _named(
    employee: str, since: date, place: Assignment, period: Period, context: AppraisalContext
) -> tuple[str, str | None, str | None]:
    """Appraiser, in whose vacant post they act if they do, and reviewer: the nearest above on that day who are still
    there when it is opened, or moved within the evaluation of the period.
    """
    named, place_since = place.supervisor or "", first_day_of(context.people(employee), since)
    # From the day of the place, but as of today: a superior who has left since can't appraise. Who is away for a time
    # is named all the same, as they come back.
    walk = upwards_in_posts(context.people, named, place_since, max(since, context.today), (ActingKind.PLT,))
    above: list[tuple[str, str | None]] = [one for one in walk if one[0] != employee]
    if evaluates_still(named, place_since, period.ends, roster_of(context)):
        above = [(named, None), *(one for one in above if one[0] != named)]
    if not above:
        if not registered(named, context.people):
            raise NotFound(
                f"{place.supervisor}, the supervisor of {employee} on {since}, is not on the roster; register them, or "
                f"transfer {employee} from {since} with a supervisor who serves"
            )
        raise NotFound(
            f"{place.supervisor}, the supervisor of {employee} on {since}, has left, and nobody is above; transfer "
            f"{employee} from {since} with a supervisor who serves"
        )
    (appraiser, acting_for), *others = above
    return appraiser, acting_for, others[0][0] if others else None


def reassign(command: ReassignAppraisal, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """The former appraiser's rating goes: the new one rates the whole period (PermenPANRB 6/2022, annex p. 91).

    What the new one gave as a colleague stays until they rate: who rated is nobody's business here.
    """
    unfinished(state)
    not_the_employee(state, context, "choose the appraiser")
    if state.amending is not None:
        raise NotOpen(
            f"the objection was decided as amended on {state.amending}, and whoever decides enacts it, whoever "
            "appraises; reassign it for another period"
        )
    # Whoever keeps the roster could otherwise judge whom they like.
    if context.actor.id in (command.appraiser, command.reviewer):
        raise NotAllowed(f"nobody may name themselves; another HR officer names {context.actor.id}")
    validation.written(command.reason, "/reason", "the reason")
    active_unit(command.unit, max(state.ends, command.since), context.agency)
    # Whoever moves within the evaluation is evaluated by the new appraiser, with the new unit (annex p. 91).
    last = window_of_moves(state.ends)[1]
    if not state.starts <= command.since <= last:
        raise Invalid(f"/since: {command.since} is outside {state.starts} to {last}; name a day within", field="/since")
    _check_named(command, state, context)
    moved = Reassigned(
        unit=command.unit,
        appraiser=command.appraiser,
        since=command.since,
        reason=command.reason,
        reviewer=command.reviewer,
    )
    # Only of superiors: what peers and subordinates saw of the year was in the old unit, and stays true.
    gone = [
        RatingWithdrawn(rater=rater, reason=f"the appraisal went to {command.appraiser}")
        for rater, rating in state.ratings.items()
        if rating.relation is Relation.SUPERVISOR and rater != command.appraiser
    ]
    return [moved, *gone]


def _check_named(command: ReassignAppraisal, state: Appraisal, context: AppraisalContext) -> None:
    """Appraiser and reviewer are in service, no parties, and stand above: neither is below the employee."""
    appraiser, reviewer = command.appraiser, command.reviewer
    if appraiser == state.employee:
        raise Invalid(f"/appraiser: {appraiser} can't appraise themselves; name their superior", field="/appraiser")
    if reviewer in (appraiser, state.employee):
        raise Invalid(f"/reviewer: {reviewer} is a party; name the appraiser's superior", field="/reviewer")
    _check_superior(appraiser, {state.employee}, "/appraiser", command.since, context)
    if reviewer is not None:
        _check_superior(reviewer, {state.employee, appraiser}, "/reviewer", command.since, context)


def _check_superior(name: str, below: set[str], field: str, since: date, context: AppraisalContext) -> None:
    day = max(since, context.today)
    named_in_service(name, since, field, context.people)
    # On both days: one who served in the spring but has left since would hold the appraisal up.
    named_in_service(name, day, field, context.people)
    over = below.intersection(superiors(context.people, name, day))
    if over:
        raise Invalid(f"{field}: {name} is below {min(over)}; name somebody above", field=field)


def draft(command: DraftPlan, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _drafting(state)
    the_employee(state, context, "draft the plan")
    own_plan(context)
    _check(command.results, command.terms, state, context)
    _missed(command.period, context)
    return [PlanDrafted(results=command.results, terms=command.terms)]


def submit(command: SubmitPlan, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Checked again: the policy may have changed since the draft, and it goes to somebody who can answer.

    A draft asks for none of that: what is wrong on the roster keeps nobody from writing their plan.
    """
    _drafting(state)
    the_employee(state, context, "submit the plan")
    own_plan(context)
    some_appraiser(state, context)
    if not state.results:
        raise NotOpen("there is no plan to submit; draft one first")
    _check(list(state.results.values()), state.terms, state, context)
    _missed(command.period, context)
    return [PlanSubmitted()]


def _check(results: list[PlannedResult], terms: PlanTerms | None, state: Appraisal, context: AppraisalContext) -> None:
    rulebook = rules(context)
    wrong = Faults()
    with wrong:
        check_plan(results, rulebook)
    with wrong:
        check_terms(terms, rulebook)
    with wrong:
        check_perspectives([one.perspective for one in results], state.position_class, rulebook)
    wrong.tell()


def send_back(command: ReturnPlan, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _submitted(state)
    the_appraiser(state, context, "return the plan")
    return [PlanReturned(feedback=validation.written(command.feedback, "/feedback", "the feedback"))]


def approve(command: ApprovePlan, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    _submitted(state)
    the_appraiser(state, context, "approve the plan")
    own_plan(context)
    return [PlanApproved(due=_missed(command.period, context))]


def _missed(label: str, context: AppraisalContext) -> date | None:
    """Without a rule nobody says by when."""
    if isinstance(context.ruling, Unruled):
        return None
    return plan_deadline.missed(parse(label), context.ruling, context.today)


def revise_target(command: ReviseTarget, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """What the target itself must be; that weights still make 100 is asked after all revisions of a list."""
    planned(state)
    the_appraiser(state, context, "revise a target")
    own_plan(context)
    promised(state, context, "this revises a target")
    validation.written(command.reason, "/reason", "the reason")
    target = find_target(state, command.result, command.target)
    if command.value in (None, target.target) and command.weight in (None, target.weight):
        raise Invalid("/value: nothing would change; give a new value", field="/value")
    event = TargetRevised(
        result=command.result,
        target=command.target,
        reason=command.reason,
        value=command.value,
        weight=command.weight,
    )
    try:
        check_result(revised(state.results[command.result], event), "", rules(context))
    except Invalid as refused:
        # The check points into the plan; the sender knows only the two fields of this command.
        field = "/weight" if (refused.field or "").endswith("/weight") else "/value"
        raise Invalid(f"{field}: {refused.message.partition(': ')[2]}", field=field) from None
    return [event]


def revise_terms(command: ReviseTerms, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    the_appraiser(state, context, "revise the terms of the plan")
    own_plan(context)
    promised(state, context, "this revises what the plan says beside results")
    validation.written(command.reason, "/reason", "the reason")
    if command.terms == (state.terms or PlanTerms()):
        raise Invalid("/terms: nothing would change; give the terms as they are to be", field="/terms")
    check_terms(command.terms, rules(context))
    return [TermsRevised(terms=command.terms, reason=command.reason)]


def expect(command: AddSpecialExpectation, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Of a value that the appraiser rates, and said before the period ends: what is expected is known beforehand."""
    unfinished(state)
    the_appraiser(state, context, "add a special expectation")
    if context.today > state.ends:
        raise TooLate(
            f"{command.period} ended on {state.ends}; what is expected is said before. Say it in the next period"
        )
    validation.written(command.expectation, "/expectation", "the expectation")
    rulebook, own = rules(context), RATER_GROUP[Relation.SUPERVISOR]
    rated = [name for name, groups in rulebook.ratings.items() if own in groups]
    said = f"policy {rulebook.policy.id} has no value {{}} for the appraiser to rate"
    validation.known(command.indicator, rated, "/indicator", said)
    return [SpecialExpectationAdded(indicator=command.indicator, expectation=command.expectation)]


def settle_targets(state: Appraisal, context: AppraisalContext) -> None:
    """The plan that all revisions of a list leave must be one that the policy can score."""
    try:
        # Where a result was taken over, the weights that are left count in proportion.
        check_plan(list(state.results.values()), rules(context), share=bool(state.taken_over))
    except Invalid as refused:
        raise Invalid(
            f"{refused.message}; what is revised in one list is checked together, so send all its parts in one",
            field="/weight",
        ) from None


def find_target(state: Appraisal, result: str, target: str) -> Target:
    validation.known(result, state.results.keys(), "/result", "the plan has no result {}")
    targets = {each.id: each for each in state.results[result].targets}
    validation.known(target, targets.keys(), "/target", f"result '{result}' has no target {{}}")
    return targets[target]


def _drafting(state: Appraisal) -> None:
    unfinished(state)
    if state.stage is Stage.SUBMITTED:
        raise NotOpen(f"the plan waits for {state.appraiser}; it can change again when it is returned")
    if state.stage is not Stage.DRAFTING:
        raise NotOpen("the plan is approved; the appraiser may revise a target with a reason")


def _submitted(state: Appraisal) -> None:
    opened(state)
    if state.stage is Stage.DRAFTING:
        raise NotOpen(f"there is no submitted plan; {state.employee} must submit it first")
    if state.stage is not Stage.SUBMITTED:
        raise AlreadyDone("the plan is approved already")
