"""How a plan comes to be fixed, and how it is changed."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from neraca.domain.appraisal.events.planned import PlannedResult, PlanTerms
from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts, WithoutPlan
from neraca.domain.text_kinds import Key, Title


class TakenOver(Struct, frozen=True):
    """A planned result that the appraiser took over `by` themselves, `on` a day and with a `note`
    (PermenPANRB 6/2022 ps 20).
    """

    result: Key
    title: Title
    on: date
    by: str
    note: str


class PlanDrafted(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-drafted"):
    """The whole plan; a later draft replaces an earlier one."""

    results: list[PlannedResult]
    terms: PlanTerms | None = None


class PlanSubmitted(OfAppraisal, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.plan-submitted"):
    pass


class PlanReturned(OfAppraisal, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.plan-returned"):
    feedback: str


class PlanApproved(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-approved"):
    """`due` is the last day on which it should have been approved, where it came later and the policy marks that."""

    due: date | None = None


class PlanTaken(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-taken"):
    """The share of the period in a work plan of the year, in the place of what was taken before; what was reported and
    judged of a target or result that is still there stays.

    `plan` is the label of the work plan, `version` the event of its stream, counted from 1, by which it was fixed as it
    was taken, and `reason` that of its revision. `due` is the last day of the period where the plan came after it.
    `taken_over` is what had left the plan by the end of the period because the leader took it over.
    """

    results: list[PlannedResult]
    plan: str
    version: int
    due: date | None = None
    reason: str | None = None
    terms: PlanTerms | None = None
    taken_over: tuple[TakenOver, ...] = ()


class PlanChangeProposed(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.plan-change-proposed"
):
    """What `by`, who is the employee or the appraiser, would have of the approved plan: `results` that are new, or as
    they would be in the place of those of the same id, and the ids of those that would be dropped.
    """

    change: str
    by: str
    reason: str
    results: list[PlannedResult] = []
    drop: list[str] = []


class PlanChangeAgreed(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-change-agreed"):
    """The other of the two agreed, and so the whole plan is `results` from now on. What was reported and judged of what
    is still there stays; of what was dropped nothing counts any more.
    """

    change: str
    by: str
    proposed_by: str
    on: date
    results: list[PlannedResult]
    reason: str
    dropped: list[str] = []


class PlanChangeDeclined(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.plan-change-declined"
):
    """One of the two wants it no more: the other who was asked, or who proposed it."""

    change: str
    by: str
    reason: str


class AlignmentCounted(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.alignment-counted"):
    """Of the results `planned` so many are `aligned`: what they serve leads to a goal of the region. `links` are the
    log positions at which those were linked.
    """

    aligned: int
    planned: int
    links: list[int]


class ResultTakenOver(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.result-taken-over"):
    """The planned result `taken` leaves the plan, but for the targets that `counts` names: each counts with the target
    that is there for what was done until then, or as it was planned where there is none. Weights stay as they were.
    """

    taken: TakenOver
    counts: dict[Key, Decimal | None] = {}


class TakeOverRevised(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.take-over-revised"):
    """What counts of a result that was taken over is said anew, or the result is `given_back` as it was agreed.

    `planned` is what there is of it from now on, as the `at`-th of the plan, counted from 0, and None where nothing is;
    `taken` names who says so, and why.
    """

    taken: TakenOver
    planned: PlannedResult | None = None
    at: int = 0
    given_back: bool = False


class TermsRevised(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.terms-revised"
):
    """The leader adjusts what the plan says beside results, such as the resources (PermenPANRB 6/2022 ps 20): all of
    it, as it is from now on.
    """

    terms: PlanTerms
    reason: str


class TargetRevised(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.target-revised"):
    """None leaves a value as it was."""

    result: str
    target: str
    reason: str
    value: Decimal | None = None
    weight: Decimal | None = None
