"""What a cohort has become, folded from its events. Changes in place."""

from enum import Enum, auto
from typing import assert_never

from msgspec import Struct, field

from neraca.domain.cohort.events import (
    CohortClosed,
    CohortEvent,
    CohortJudged,
    CohortOpened,
    CohortReopened,
    Judged,
    PredicateCalibrated,
)


class CohortStage(Enum):
    UNOPENED = auto()
    OPEN = auto()
    JUDGED = auto()
    CLOSED = auto()


class Standing(Struct):
    """Of one member: what was judged, and the last time that the appraiser moved it."""

    judged: Judged | None = None
    calibrated: PredicateCalibrated | None = None

    @property
    def predicate(self) -> str | None:
        """What holds: what it was moved to, or else what was judged."""
        if self.calibrated is not None:
            return self.calibrated.after
        return None if self.judged is None else self.judged.predicate


class Cohort(Struct):
    """`opened` is the last opening, `closed` the closing while it holds; `judgements` counts over its life."""

    stage: CohortStage = CohortStage.UNOPENED
    opened: CohortOpened | None = None
    members: dict[str, Standing] = field(default_factory=dict[str, Standing])
    closed: CohortClosed | None = None
    judgements: int = 0


def evolve(state: Cohort, event: CohortEvent) -> Cohort:
    match event:
        case CohortOpened():
            state.stage, state.opened, state.closed = CohortStage.OPEN, event, None
            state.members = {member.employee: Standing() for member in event.members}
        case CohortJudged():
            state.stage = CohortStage.JUDGED
            state.judgements += 1
            state.members = {employee: Standing(judged) for employee, judged in event.outcomes.items()}
        case PredicateCalibrated():
            state.members[event.employee].calibrated = event
        case CohortClosed():
            state.stage, state.closed = CohortStage.CLOSED, event
        case CohortReopened():
            state.stage, state.closed = CohortStage.OPEN, None
            state.members = {employee: Standing() for employee in state.members}
        case _:
            assert_never(event)
    return state


def counts(state: Cohort) -> dict[str, int]:
    """How many members have each predicate, of those that there are, from the best down."""
    opened = state.opened
    found = [standing.predicate for standing in state.members.values()]
    return {one: found.count(one) for one in (opened.predicates if opened else ()) if one in found}
