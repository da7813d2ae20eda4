"""A planned result that the leader takes over: it leaves the plan, with a note for whoever judges the rest (PermenPANRB
6/2022 ps 20).
"""

from decimal import Decimal

from neraca.domain import validation
from neraca.domain.appraisal.commands import TakeOverResult
from neraca.domain.appraisal.events import AppraisalEvent, ResultTakenOver, TakenOver
from neraca.domain.appraisal.plan_rules import check_left
from neraca.domain.appraisal.plan_share import own_plan
from neraca.domain.appraisal.relations import rules, the_appraiser
from neraca.domain.appraisal.stages import planned, promised
from neraca.domain.appraisal.state import Appraisal, without_taken_over
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone, Invalid


def take_over(command: TakeOverResult, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    planned(state)
    the_appraiser(state, context, "take a result over")
    own_plan(context)
    promised(state, context, "this takes a result out of the plan")
    validation.written(command.note, "/note", "the note")
    if command.result in state.taken_over:
        raise AlreadyDone(f"/result: '{command.result}' is taken over already", field="/result")
    validation.known(command.result, state.results.keys(), "/result", "the plan has no result {}")
    taken = state.results[command.result]
    targets = {target.id: target.target for target in taken.targets}
    for name, amount in command.counts.items():
        field = f"/counts{validation.pointer(name)}"
        validation.known(name, targets.keys(), field, f"result '{command.result}' has no target {{}}")
        _check_amount(name, amount, targets[name], field)
    event = ResultTakenOver(
        taken=TakenOver(command.result, taken.title, context.today, context.actor.id, command.note),
        counts=command.counts,
    )
    check_left(list(without_taken_over(state.results, event).values()), rules(context), "/result")
    return [event]


def _check_amount(name: str, amount: Decimal | None, planned: Decimal | None, field: str) -> None:
    if amount is None:
        return
    validation.exact(amount, field)
    if planned is None:
        raise Invalid(f"{field}: '{name}' has no number to measure against; send null", field=field)
    if amount <= 0:
        raise Invalid(f"{field}: {amount} is not above 0; leave the target out where nothing of it counts", field=field)
