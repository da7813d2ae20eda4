"""What is added to the approved plan of a period, dropped from it or changed in it by consent of both: one proposes,
the other agrees or declines (PermenPANRB 6/2022 ps 14(2): a plan evolves with feedback and new assignments).
"""

from collections.abc import Sequence

from neraca.domain import validation
from neraca.domain.appraisal.commands import AgreeToPlanChange, DeclinePlanChange, ProposePlanChange
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    PlanChangeAgreed,
    PlanChangeDeclined,
    PlanChangeProposed,
    PlannedResult,
)
from neraca.domain.appraisal.plan_rules import check_perspectives, check_plan, each_once
from neraca.domain.appraisal.plan_share import own_plan
from neraca.domain.appraisal.relations import rules, the_appraiser, the_employee
from neraca.domain.appraisal.stages import planned, promised
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound
from neraca.domain.faults import Faults

MOST_OPEN = 20
"""Changes of one plan that wait for an answer."""


def propose(command: ProposePlanChange, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    if context.actor.id != state.employee:
        the_appraiser(state, context, "propose a change of the plan")
    _may_change(state, context)
    reason = validation.written(command.reason, "/reason", "the reason")
    if command.change in state.changes:
        raise AlreadyDone(
            f"/change: '{command.change}' was proposed already; give this one another id", field="/change"
        )
    if sum(one is not None for one in state.changes.values()) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} changes wait for an answer; agree to them or decline them first")
    _changed(command.results, command.drop, state, context)
    return [
        PlanChangeProposed(
            change=command.change, by=context.actor.id, reason=reason, results=command.results, drop=command.drop
        )
    ]


def agree(command: AgreeToPlanChange, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Checked again: the plan or the policy may have changed since it was proposed."""
    planned(state)
    proposed = _waiting(command.change, state)
    doing = f"agree to the change '{command.change}', which {proposed.by} proposed"
    if proposed.by == state.employee:
        the_appraiser(state, context, doing)
    else:
        the_employee(state, context, doing)
    _may_change(state, context)
    return [
        PlanChangeAgreed(
            change=command.change,
            by=context.actor.id,
            proposed_by=proposed.by,
            on=context.today,
            results=_changed(proposed.results, proposed.drop, state, context),
            reason=proposed.reason,
            dropped=proposed.drop,
        )
    ]


def decline(command: DeclinePlanChange, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    _waiting(command.change, state)
    if context.actor.id != state.employee:
        the_appraiser(state, context, "decline a change of the plan")
    reason = validation.written(command.reason, "/reason", "the reason")
    return [PlanChangeDeclined(change=command.change, by=context.actor.id, reason=reason)]


def _may_change(state: Appraisal, context: AppraisalContext) -> None:
    own_plan(context)
    promised(state, context, "this changes the plan")


def _waiting(change: str, state: Appraisal) -> PlanChangeProposed:
    if change not in state.changes:
        raise NotFound(f"/change: no change '{change}' was proposed", field="/change")
    found = state.changes[change]
    if found is None:
        raise AlreadyDone(f"/change: '{change}' was agreed to or declined already", field="/change")
    return found


def _changed(
    results: Sequence[PlannedResult], drop: Sequence[str], state: Appraisal, context: AppraisalContext
) -> list[PlannedResult]:
    """The whole plan with what is new, changed and dropped. Refuses what the policy could not score."""
    after, rulebook = _merged(results, drop, state), rules(context)
    # Where a result is dropped or was taken over, the weights that are left count in proportion.
    wrong = Faults()
    with wrong:
        check_plan(after, rulebook, share=not results or bool(state.taken_over))
    with wrong:
        check_perspectives([one.perspective for one in after], state.position_class, rulebook)
    wrong.tell()
    return after


def _merged(results: Sequence[PlannedResult], drop: Sequence[str], state: Appraisal) -> list[PlannedResult]:
    """The plan in its order, with what is new at its end."""
    if not results and not drop:
        raise Invalid("/results: nothing would change; name what is new, changed or dropped", field="/results")
    each_once([one.id for one in results], drop)
    named = {one.id: one for one in results}
    for at, name in enumerate(drop):
        field = f"/drop/{at}"
        validation.known(name, state.results.keys(), field, "the plan has no result {}")
        if name in named:
            raise Invalid(f"{field}: '{name}' is to be changed and to go; do one of the two", field=field)
    for place, name in (
        *((f"/results/{at}/id", one.id) for at, one in enumerate(results)),
        *((f"/drop/{at}", name) for at, name in enumerate(drop)),
    ):
        if name in state.taken_over:
            raise Invalid(
                f"{place}: '{name}' was taken over; what counts of it is said by revise-take-over", field=place
            )
    for at, result in enumerate(results):
        if state.results.get(result.id) == result:
            field = f"/results/{at}"
            raise Invalid(f"{field}: '{result.id}' is planned so already; leave it out", field=field)
    kept = [named.get(name, one) for name, one in state.results.items() if name not in drop]
    return [*kept, *(one for one in results if one.id not in state.results)]
