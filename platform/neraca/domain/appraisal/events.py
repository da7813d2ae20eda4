"""What can have happened to an appraisal. A tag or field is never renamed or removed; a field may be added with a default."""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.rulebook import PolicyRef
from neraca.domain.vocabulary import Aspect, FollowUpKind, ObjectionOutcome, Priority, Relation


class Feeds(Struct, frozen=True):
    """The facts of the policy that a target's actual and target values become, instead of an item."""

    actual: str
    target: str | None = None


class Target(Struct, frozen=True, omit_defaults=True):
    """One indicator of a planned result. `weight` is percent of the list the result belongs to; `min` means lower is better."""

    id: str
    indicator: str
    unit: str
    target: Decimal | None = None
    weight: Decimal | None = None
    aspect: Aspect = Aspect.QUANTITY
    polarity: Literal["max", "min"] = "max"
    feeds: Feeds | None = None


class PlannedResult(Struct, frozen=True, omit_defaults=True):
    """Rencana hasil kerja with its indicators; `source` is the item list of the policy it belongs to."""

    id: str
    title: str
    targets: list[Target]
    priority: Priority = Priority.PRIMARY
    source: str = "skp"


class Evidence(Struct, frozen=True, omit_defaults=True):
    """A reference to evidence kept elsewhere; `sha256` (hex) fixes what was seen."""

    title: str
    uri: str
    sha256: str | None = None


class Competency(Struct, frozen=True):
    """Level required by the position and level reached."""

    name: str
    required: Decimal
    reached: Decimal


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Opened(_Event, frozen=True, tag="appraisal.opened"):
    """`reviewer` is the superior of the appraiser, who decides objections (PermenPANRB 6/2022 ps 29)."""

    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None = None


class PlanDrafted(_Event, frozen=True, tag="appraisal.plan-drafted"):
    """The whole plan; a later draft replaces an earlier one."""

    results: list[PlannedResult]


class PlanSubmitted(_Event, frozen=True, tag="appraisal.plan-submitted"):
    pass


class PlanReturned(_Event, frozen=True, tag="appraisal.plan-returned"):
    feedback: str


class PlanApproved(_Event, frozen=True, tag="appraisal.plan-approved"):
    pass


class TargetRevised(_Event, frozen=True, tag="appraisal.target-revised"):
    """None leaves a value as it was."""

    result: str
    target: str
    reason: str
    value: Decimal | None = None
    weight: Decimal | None = None


class ProgressReported(_Event, frozen=True, tag="appraisal.progress-reported"):
    """`actual` is cumulative from the start of the period up to and including `until`."""

    report: str
    result: str
    target: str
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: str | None = None


class ActivityReported(_Event, frozen=True, tag="appraisal.activity-reported"):
    """A day's work (aktivitas harian); `result` names the planned result it served."""

    report: str
    day: date
    activity: str
    result: str | None = None
    evidence: list[Evidence] = []


class ReportAccepted(_Event, frozen=True, tag="appraisal.report-accepted"):
    report: str
    feedback: str | None = None


class ReportReturned(_Event, frozen=True, tag="appraisal.report-returned"):
    report: str
    feedback: str


class Rated(_Event, frozen=True, tag="appraisal.rated"):
    """`scores` is indicator -> value on the group's scale. `rater` is an employee number, or a citizen's token."""

    rater: str
    relation: Relation
    scores: dict[str, Decimal]
    note: str | None = None


class RatingRevised(_Event, frozen=True, tag="appraisal.rating-revised"):
    """`scores` replaces the values of the indicators it names."""

    rater: str
    scores: dict[str, Decimal]
    reason: str


class RatingWithdrawn(_Event, frozen=True, tag="appraisal.rating-withdrawn"):
    rater: str
    reason: str


class LevelJudged(_Event, frozen=True, tag="appraisal.level-judged"):
    """The appraiser's judgement of a planned result as a level of the policy's scale (di_atas, sesuai, di_bawah)."""

    result: str
    level: str
    note: str | None = None


class CompetenciesAssessed(_Event, frozen=True, tag="appraisal.competencies-assessed"):
    competencies: list[Competency]
    basis: str


class FactEstablished(_Event, frozen=True, tag="appraisal.fact-established"):
    """An authorised official vouches for a fact of the policy: exactly one of number, flag and word. A later one replaces it."""

    fact: str
    basis: str
    number: Decimal | None = None
    flag: bool | None = None
    word: str | None = None


class Reassigned(_Event, frozen=True, tag="appraisal.reassigned"):
    """The employee moved: a new unit and appraiser take the appraisal over (PermenPANRB 6/2022, annex p. 91)."""

    unit: str
    appraiser: str
    since: date
    reason: str
    reviewer: str | None = None


class Finalised(_Event, frozen=True, tag="appraisal.finalised"):
    """Enough to recompute it for ever: the facts up to log `position`, their digest, the policy by hash, and what came out.

    `score` and `nodes` are at the policy's final precision.
    """

    predicate: str
    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}


class DocumentReceived(_Event, frozen=True, tag="appraisal.document-received"):
    """The employee has the evaluation document: the objection window runs from this day."""

    on: date


class ObjectionFiled(_Event, frozen=True, tag="appraisal.objection-filed"):
    grounds: str
    filed: date


class ObjectionExplained(_Event, frozen=True, tag="appraisal.objection-explained"):
    """What the appraiser or the employee answered when the reviewer asked."""

    by: str
    explanation: str


class ObjectionDecided(_Event, frozen=True, tag="appraisal.objection-decided"):
    outcome: ObjectionOutcome
    reason: str
    decided: date


class Reopened(_Event, frozen=True, tag="appraisal.reopened"):
    """Only a decided objection reopens an appraisal."""

    reason: str


class FollowUpRecorded(_Event, frozen=True, tag="appraisal.follow-up-recorded"):
    kind: FollowUpKind
    note: str
    due: date | None = None


AppraisalEvent: TypeAlias = (
    Opened
    | PlanDrafted
    | PlanSubmitted
    | PlanReturned
    | PlanApproved
    | TargetRevised
    | ProgressReported
    | ActivityReported
    | ReportAccepted
    | ReportReturned
    | Rated
    | RatingRevised
    | RatingWithdrawn
    | LevelJudged
    | CompetenciesAssessed
    | FactEstablished
    | Reassigned
    | Finalised
    | DocumentReceived
    | ObjectionFiled
    | ObjectionExplained
    | ObjectionDecided
    | Reopened
    | FollowUpRecorded
)
