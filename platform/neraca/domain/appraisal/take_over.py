"""A planned result that the leader takes over: it leaves the plan, with a note for whoever judges the rest (PermenPANRB
6/2022 ps 20). What counts of it may be said anew, and it may go back, as long as what was promised may be put right. A
plan of the year is put right in that plan, but for whoever enacts a decision on an objection: it no longer reaches the
period.
"""

from collections.abc import Mapping
from decimal import Decimal

from neraca.domain import validation
from neraca.domain.appraisal.commands import ReviseTakeOver, TakeOverResult
from neraca.domain.appraisal.events import AppraisalEvent, PlannedResult, ResultTakenOver, TakenOver, TakeOverRevised
from neraca.domain.appraisal.plan_rules import check_left
from neraca.domain.appraisal.plan_share import own_plan
from neraca.domain.appraisal.relations import rules, the_appraiser
from neraca.domain.appraisal.stages import planned, promised
from neraca.domain.appraisal.state import Appraisal, counting, with_revised, without_taken_over
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone, Invalid


def take_over(command: TakeOverResult, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    the_appraiser(state, context, "take a result over")
    own_plan(context)
    promised(state, context, "this takes a result out of the plan")
    validation.written(command.note, "/note", "the note")
    if command.result in state.taken_over:
        raise AlreadyDone(
            f"/result: '{command.result}' is taken over already; send revise-take-over to say anew what counts of it, "
            "or to give it back",
            field="/result",
        )
    validation.known(command.result, state.results.keys(), "/result", "the plan has no result {}")
    taken = state.results[command.result]
    _check_counts(command.counts, taken)
    event = ResultTakenOver(
        taken=TakenOver(command.result, taken.title, context.today, context.actor.id, command.note),
        counts=command.counts,
    )
    check_left(list(without_taken_over(state.results, event).values()), rules(context), "/result")
    return [event]


def revise(command: ReviseTakeOver, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    the_appraiser(state, context, "say anew what counts of a result that was taken over")
    if state.amending is None:
        own_plan(context)
    promised(state, context, "this changes what counts of a result that was taken over")
    validation.written(command.reason, "/reason", "the reason")
    taken_over = [name for name in state.taken_over if name in state.agreed]
    validation.known(command.result, taken_over, "/result", "the plan has no result {} that was taken over")
    if command.give_back and command.counts:
        raise Invalid("/counts: what is given back counts as it was agreed; leave counts out", field="/counts")
    agreed = state.agreed[command.result]
    _check_counts(command.counts, agreed)
    now = agreed if command.give_back else counting(agreed, command.counts)
    if now == state.results.get(command.result) and not command.give_back:
        raise Invalid("/counts: nothing would change; name what is to count of it from now on", field="/counts")
    event = TakeOverRevised(
        taken=TakenOver(command.result, agreed.title, context.today, context.actor.id, command.reason),
        planned=now,
        at=0 if now is None else _place(command.result, state),
        given_back=command.give_back,
    )
    check_left(list(with_revised(state.results, event).values()), rules(context), "/result")
    return [event]


def _place(result: str, state: Appraisal) -> int:
    """How many of the results that are there were agreed before it."""
    order = list(state.agreed)
    return sum(name in state.results for name in order[: order.index(result)])


def _check_counts(counts: Mapping[str, Decimal | None], result: PlannedResult) -> None:
    targets = {target.id: target.target for target in result.targets}
    for name, amount in counts.items():
        field = f"/counts{validation.pointer(name)}"
        validation.known(name, targets.keys(), field, f"result '{result.id}' has no target {{}}")
        _check_amount(name, amount, targets[name], field)


def _check_amount(name: str, amount: Decimal | None, planned: Decimal | None, field: str) -> None:
    if amount is None:
        return
    validation.exact(amount, field)
    if planned is None:
        raise Invalid(f"{field}: '{name}' has no number to measure against; send null", field=field)
    if amount <= 0:
        raise Invalid(f"{field}: {amount} is not above 0; leave the target out where nothing of it counts", field=field)
