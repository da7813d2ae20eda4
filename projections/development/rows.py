"""From each event of development to a row; what training and own plans come to is folded by readers.

Of a candidacy each row is how it stood from its event on.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, assert_never, cast
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.development.candidacy import (
    CandidacyAnswered,
    CandidacyAssessed,
    CandidacyDecided,
    CandidacyEvent,
    CandidacyRevised,
    CandidacyWithdrawn,
    CandidateNominated,
)
from neraca.domain.development.considered import Considered
from neraca.domain.development.own_plan import (
    DevelopmentAnswered,
    DevelopmentCompleted,
    DevelopmentEvent,
    DevelopmentProposed,
    DevelopmentWithdrawn,
)
from neraca.domain.development.potential import PotentialAssessed
from neraca.domain.development.training_plan import (
    TrainingCancelled,
    TrainingCompleted,
    TrainingEvent,
    TrainingPlanApproved,
    TrainingPlanProposed,
    TrainingPlanReturned,
)
from neraca.domain.vocabulary import CandidacyKind
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


CandidacyStage: TypeAlias = Literal["listed", "nominated", "accepted", "declined", "granted", "refused", "withdrawn"]
"""How far a candidacy is: listed by what the policy made of somebody, then by what people did."""


class Candidacy(Struct):
    """As it stood from `position` on. `considered` is what was recorded last of what the policy made of somebody, and
    `reason` that of the event.
    """

    agency: str
    stream: UUID
    position: int
    recorded_at: datetime
    by: str
    employee: str
    kind: CandidacyKind
    period: str
    stage: CandidacyStage
    outcome: str | None
    eligible: bool
    considered: Considered
    reason: str | None
    answer: str | None
    decree: str | None
    nominated_by: str | None


class Considering(Struct):
    """The last row of a candidacy, for its next event."""

    agency: str
    stream: UUID
    last: Candidacy


class Potential(Struct):
    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    value: Decimal
    source: str
    assessor: str
    day: date
    document: str | None


CANDIDACIES = Table("candidacies", Candidacy, ("position",), append=True)
CONSIDERING = Table("considering", Considering, ("stream",), private=True)
POTENTIAL = Table("potential", Potential, ("position",), append=True)
TRAINING = Table("training", Training, ("position",), append=True)
NAMED = Table("named", Named, ("employee", "position"), append=True)
OWN_PLANS = Table("own_plans", OwnPlan, ("position",), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("TrainingEvent | DevelopmentEvent | CandidacyEvent | PotentialAssessed", entry.body)
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
        case (
            CandidacyAssessed()
            | CandidateNominated()
            | CandidacyAnswered()
            | CandidacyDecided()
            | CandidacyRevised()
            | CandidacyWithdrawn()
        ):
            _consider(work, entry, event)
        case PotentialAssessed():
            work.put(POTENTIAL, _potential(entry, event))
        case _:
            assert_never(event)


def _consider(work: Workspace, entry: Entry, event: CandidacyEvent) -> None:
    known = work.get(CONSIDERING, entry.stream)
    match event:
        case CandidacyAssessed():
            row = _standing(entry, event, "listed", event.considered)
        case CandidateNominated():
            row = _standing(entry, event, "nominated", event.considered)
            row = replace(row, reason=event.reason, nominated_by=event.by)
        case CandidacyDecided() | CandidacyRevised():
            row = _standing(entry, event, "granted" if event.granted else "refused", event.considered)
            before = None if known is None else known.last
            row = replace(
                row,
                reason=event.reason,
                decree=event.decree,
                answer=before and before.answer,
                nominated_by=before and before.nominated_by,
            )
        case CandidacyAnswered() | CandidacyWithdrawn():
            if known is None:
                raise LookupError(f"stream {entry.stream} has no nomination before its {entry.tag}")
            row = replace(known.last, position=entry.position, recorded_at=entry.recorded_at, by=entry.by, reason=None)
            if isinstance(event, CandidacyAnswered):
                row.stage, row.answer = "accepted" if event.accepted else "declined", event.answer or None
            else:
                row.stage, row.reason = "withdrawn", event.reason
        case _:
            assert_never(event)
    work.put(CANDIDACIES, row)
    work.put(CONSIDERING, Considering(entry.agency, entry.stream, row))


def _standing(entry: Entry, event: CandidacyEvent, stage: CandidacyStage, considered: Considered) -> Candidacy:
    return Candidacy(
        agency=entry.agency,
        stream=entry.stream,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        employee=event.employee,
        kind=event.kind,
        period=event.period,
        stage=stage,
        outcome=considered.outcome,
        eligible=considered.eligible,
        considered=considered,
        reason=None,
        answer=None,
        decree=None,
        nominated_by=None,
    )


def _potential(entry: Entry, event: PotentialAssessed) -> Potential:
    return Potential(
        agency=entry.agency,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        employee=event.employee,
        value=event.value,
        source=event.source,
        assessor=event.assessor,
        day=event.on,
        document=event.document,
    )


def _train(work: Workspace, entry: Entry, event: TrainingEvent) -> None:
    work.put(
        TRAINING,
        Training(entry.agency, entry.position, entry.recorded_at, entry.by, event.unit, event.period, event),
    )
    if isinstance(event, TrainingPlanProposed):
        for employee in dict.fromkeys(employee for item in event.items for employee in item.people):
            work.put(NAMED, Named(entry.agency, employee, entry.position, event.unit, event.period))
