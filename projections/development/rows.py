"""From the events of training and of employees' own plans to a row each; what they come to is folded by readers."""

from datetime import datetime
from typing import assert_never, cast

from msgspec import Struct

from neraca.domain.development.own_plan import (
    DevelopmentAnswered,
    DevelopmentCompleted,
    DevelopmentEvent,
    DevelopmentProposed,
    DevelopmentWithdrawn,
)
from neraca.domain.development.training_plan import (
    TrainingCancelled,
    TrainingCompleted,
    TrainingEvent,
    TrainingPlanApproved,
    TrainingPlanProposed,
    TrainingPlanReturned,
)
from neraca.projecting.projection import Entry, Table, Workspace


class Training(Struct):
    agency: str
    position: int
    recorded_at: datetime
    by: str
    unit: str
    period: str
    event: TrainingEvent


class Named(Struct):
    """Somebody whom the proposal at `position` names as one of the people of a training."""

    agency: str
    employee: str
    position: int
    unit: str
    period: str


class OwnPlan(Struct):
    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    year: int
    event: DevelopmentEvent


TRAINING = Table("training", Training, ("position",), append=True)
NAMED = Table("named", Named, ("employee", "position"), append=True)
OWN_PLANS = Table("own_plans", OwnPlan, ("position",), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("TrainingEvent | DevelopmentEvent", entry.body)
    match event:
        case (
            TrainingPlanProposed()
            | TrainingPlanApproved()
            | TrainingPlanReturned()
            | TrainingCompleted()
            | TrainingCancelled()
        ):
            _train(work, entry, event)
        case DevelopmentProposed() | DevelopmentAnswered() | DevelopmentCompleted() | DevelopmentWithdrawn():
            work.put(
                OWN_PLANS,
                OwnPlan(entry.agency, entry.position, entry.recorded_at, entry.by, event.employee, event.year, event),
            )
        case _:
            assert_never(event)


def _train(work: Workspace, entry: Entry, event: TrainingEvent) -> None:
    work.put(
        TRAINING,
        Training(entry.agency, entry.position, entry.recorded_at, entry.by, event.unit, event.period, event),
    )
    if isinstance(event, TrainingPlanProposed):
        for employee in dict.fromkeys(employee for item in event.items for employee in item.people):
            work.put(NAMED, Named(entry.agency, employee, entry.position, event.unit, event.period))
