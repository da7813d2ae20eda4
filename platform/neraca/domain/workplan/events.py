"""What can have happened to the work plans of an employee in a year.

A tag or field is never renamed or removed; a field may be added with a default.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.appraisal.events import Expectations, Feeds, PlanTerms, TakenOver
from neraca.domain.event_facets import ReadableWhole, WithoutPlan
from neraca.domain.text_kinds import Key, Name, PeriodLabel, Title
from neraca.domain.vocabulary import Aspect, Perspective, Priority, Spread


class YearTarget(Struct, frozen=True, omit_defaults=True):
    """One indicator of a planned result, whose `target` is that of all the months of the plan.

    `spread` says how the periods share in it. `amounts` names the periods that do, where they don't share by months.
    """

    id: Key
    indicator: Title
    unit: Name
    target: Decimal | None = None
    weight: Decimal | None = None
    aspect: Aspect = Aspect.QUANTITY
    polarity: Literal["max", "min"] = "max"
    feeds: Feeds | None = None
    spread: Spread = Spread.SUM
    amounts: dict[PeriodLabel, Decimal] = {}
    expectations: Expectations | None = None


class YearResult(Struct, frozen=True, omit_defaults=True):
    """Rencana hasil kerja of a year with its indicators; `source` is the item list of the policy it belongs to."""

    id: Key
    title: Title
    targets: list[YearTarget]
    priority: Priority = Priority.PRIMARY
    source: Key = "skp"
    perspective: Perspective | None = None


class OfWorkPlan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`period` is the months of the plan: the year, or those in which a post was held."""

    employee: str
    period: str


class WorkPlanDrafted(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.drafted"):
    """The whole plan; a later draft replaces an earlier one."""

    results: list[YearResult]
    terms: PlanTerms | None = None


class WorkPlanSubmitted(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.submitted"):
    pass


class WorkPlanReturned(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.returned"):
    feedback: str


class WorkPlanApproved(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.approved"):
    """`due` is the last day on which it should have been approved, where that was before `on`."""

    on: date
    due: date | None = None


class WorkPlanRevised(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.revised"):
    """The whole plan from the day `since` on, the first of a period: what was planned for the months before stays, and
    what is left of a target is spread over those from then on. None leaves the terms as they were.
    """

    on: date
    since: date
    results: list[YearResult]
    reason: str
    terms: PlanTerms | None = None


class WorkPlanResultTakenOver(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.result-taken-over"):
    """The result `taken` leaves the plan from the day `since` on, the first of a period: what was planned of it for the
    months before stays, and counts there. Weights stay as they were.
    """

    taken: TakenOver
    since: date


class WorkPlanChangeProposed(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.change-proposed"):
    """What `by`, who is the employee or above them, would have of the approved plan: `results` that are new, or as they
    would be in the place of those of the same id, and the ids of those that would be dropped.
    """

    change: str
    by: str
    reason: str
    results: list[YearResult] = []
    drop: list[str] = []


class WorkPlanChangeAgreed(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.change-agreed"):
    """The other of the two agreed, and so the whole plan is `results` from the day `since` on, the first of a period:
    what was planned for the months before stays. What the change did not touch is spread as it was.
    """

    change: str
    by: str
    proposed_by: str
    on: date
    since: date
    results: list[YearResult]
    reason: str
    dropped: list[str] = []


class WorkPlanChangeDeclined(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.change-declined"):
    """One of the two wants it no more: the other who was asked, or who proposed it."""

    change: str
    by: str
    reason: str


class WorkPlanEnded(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.ended"):
    """The post was given up: `until` is the last day of the last month for which the plan holds. `backdated_to` is the
    first day for which it no longer does, where that had passed.
    """

    until: date
    reason: str
    backdated_to: date | None = None


class WorkPlanWithdrawn(OfWorkPlan, ReadableWhole, frozen=True, tag="plan.withdrawn"):
    """As if it had not been drafted; what appraisals have taken of it they keep until they take another. `backdated_to`
    is the first day of one that was approved, where that had passed.
    """

    reason: str
    backdated_to: date | None = None


class PlanDeadlineReminded(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.deadline-reminded"):
    """Soon over is `last`, the last day for a plan for `period`, which nobody approved yet. `role` is who has to act by
    the policy's word, `superior` who is above the employee on that day, and fixes it.
    """

    role: str
    since: date
    last: date
    superior: str | None = None


class PlanDeadlinePassed(OfWorkPlan, WithoutPlan, ReadableWhole, frozen=True, tag="plan.deadline-passed"):
    """The same, and over without a plan that is approved."""

    role: str
    since: date
    last: date
    superior: str | None = None


WorkPlanEvent: TypeAlias = (
    WorkPlanDrafted
    | WorkPlanSubmitted
    | WorkPlanReturned
    | WorkPlanApproved
    | WorkPlanRevised
    | WorkPlanResultTakenOver
    | WorkPlanChangeProposed
    | WorkPlanChangeAgreed
    | WorkPlanChangeDeclined
    | WorkPlanEnded
    | WorkPlanWithdrawn
    | PlanDeadlineReminded
    | PlanDeadlinePassed
)
