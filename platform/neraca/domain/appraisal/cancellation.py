"""Taking back an appraisal that was opened wrongly: for the wrong person, period or appraiser, and not yet fixed."""

from neraca.domain import validation
from neraca.domain.appraisal.commands import CancelAppraisal
from neraca.domain.appraisal.events import AppraisalEvent, Cancelled
from neraca.domain.appraisal.relations import not_the_employee
from neraca.domain.appraisal.stages import opened
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import Conflict


def cancel(command: CancelAppraisal, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """A result that was fixed once stays contestable, and its anonymous groups have closed for good."""
    opened(state)
    not_the_employee(state, context, "cancel what was opened")
    if state.joined is not None:
        raise Conflict(
            f"the result of {command.employee} for {command.period} was joined from parts and can't be cancelled; "
            "where a part is wrong, let an objection open that part again, finalise it again and send join-parts again"
        )
    if state.closed_early:
        raise Conflict(
            f"the anonymous ratings of {command.employee} for {command.period} are closed, and it can't be cancelled: "
            "opened again, it would have them given twice; finalise it, and where the result is wrong, let the "
            "employee file an objection"
        )
    if state.closed:
        raise Conflict(
            f"the appraisal of {command.employee} for {command.period} was final once and can't be cancelled; where "
            "the result is wrong, let the employee file an objection: decided as amended, it is finalised again"
        )
    validation.written(command.reason, "/reason", "the reason")
    return [Cancelled(reason=command.reason)]
