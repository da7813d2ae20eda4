"""How many of the planned results lead to a goal of the region: counted from the log, and held to it when a result is
fixed.
"""

from neraca.domain.appraisal.commands import CountAlignment
from neraca.domain.appraisal.events import AlignmentCounted, AppraisalEvent
from neraca.domain.appraisal.relations import rules
from neraca.domain.appraisal.stages import planned
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import Alignment, AlignmentContext
from neraca.domain.errors import AlreadyDone, Conflict, NotOpen
from neraca.domain.facts import ALIGNED_RESULTS, PLANNED_RESULTS


def count(command: CountAlignment, state: Appraisal, context: AlignmentContext) -> list[AppraisalEvent]:
    planned(state)
    rulebook, found = rules(context), context.alignment
    if not rulebook.facts & {ALIGNED_RESULTS, PLANNED_RESULTS}:
        raise Conflict(f"policy {rulebook.policy.id} does not read how many results lead to a goal of the region")
    if state.alignment == _said(found):
        raise AlreadyDone(f"{found.aligned} of {found.planned} results lead to a goal, as it was counted already")
    return [AlignmentCounted(aligned=found.aligned, planned=found.planned, links=[*found.links])]


def is_counted(state: Appraisal, found: Alignment | None) -> None:
    """Raises NotOpen where what was counted is not what was found; None where the policy does not read it.

    Where no plan was approved there is nothing to count, and the policy says what becomes of that.
    """
    if found is not None and state.planned and state.alignment != _said(found):
        raise NotOpen(
            f"{found.aligned} of {found.planned} results lead to a goal of the region by now, and this appraisal has "
            "not counted that yet; send count-alignment first"
        )


def _said(found: Alignment) -> tuple[int, int, tuple[int, ...]]:
    return (found.aligned, found.planned, found.links)
