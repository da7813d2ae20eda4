"""What may be asked of an appraisal. `employee` and `period` say which one; who asks and when come with the request."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.appraisal.events import Competency, Evidence, PlannedResult
from neraca.domain.vocabulary import FollowUpKind, ObjectionOutcome, Relation


class ToAppraisal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: str
    period: str


class OpenAppraisal(ToAppraisal, frozen=True, tag="open-appraisal"):
    """Unit, appraiser and reviewer are those of the roster on the first day of the period.

    For those who came later, on the day of their registration.
    """


class DraftPlan(ToAppraisal, frozen=True, tag="draft-plan"):
    results: list[PlannedResult]


class SubmitPlan(ToAppraisal, frozen=True, tag="submit-plan"):
    pass


class ReturnPlan(ToAppraisal, frozen=True, tag="return-plan"):
    feedback: str


class ApprovePlan(ToAppraisal, frozen=True, tag="approve-plan"):
    pass


class ReviseTarget(ToAppraisal, frozen=True, tag="revise-target"):
    result: str
    target: str
    reason: str
    value: Decimal | None = None
    weight: Decimal | None = None


class ReportProgress(ToAppraisal, frozen=True, tag="report-progress"):
    """`report` is an id of the sender's choosing, once per appraisal; `actual` is cumulative up to `until`."""

    report: str
    result: str
    target: str
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: str | None = None


class ReportActivity(ToAppraisal, frozen=True, tag="report-activity"):
    report: str
    day: date
    activity: str
    result: str | None = None
    evidence: list[Evidence] = []


class AcceptReport(ToAppraisal, frozen=True, tag="accept-report"):
    report: str
    feedback: str | None = None


class ReturnReport(ToAppraisal, frozen=True, tag="return-report"):
    report: str
    feedback: str


class Rate(ToAppraisal, frozen=True, tag="rate"):
    """`rater` defaults to the actor; only a surveyor may pass on a citizen's rating under a token."""

    relation: Relation
    scores: dict[str, Decimal]
    rater: str | None = None
    note: str | None = None


class ReviseRating(ToAppraisal, frozen=True, tag="revise-rating"):
    scores: dict[str, Decimal]
    reason: str
    rater: str | None = None


class WithdrawRating(ToAppraisal, frozen=True, tag="withdraw-rating"):
    reason: str
    rater: str | None = None


class JudgeLevel(ToAppraisal, frozen=True, tag="judge-level"):
    result: str
    level: str
    note: str | None = None


class AssessCompetencies(ToAppraisal, frozen=True, tag="assess-competencies"):
    competencies: list[Competency]
    basis: str


class EstablishFact(ToAppraisal, frozen=True, tag="establish-fact"):
    """Exactly one of number, flag and word."""

    fact: str
    basis: str
    number: Decimal | None = None
    flag: bool | None = None
    word: str | None = None


class ReassignAppraisal(ToAppraisal, frozen=True, tag="reassign-appraisal"):
    unit: str
    appraiser: str
    since: date
    reason: str
    reviewer: str | None = None


class Finalise(ToAppraisal, frozen=True, tag="finalise"):
    """Scores under the policy in force and fixes the result."""


class JoinParts(ToAppraisal, frozen=True, tag="join-parts"):
    """Fixes the result of a period out of those of its finalised parts, which together make it up exactly.

    Sent again when a part was finalised anew.
    """

    parts: list[str]


class ReceiveDocument(ToAppraisal, frozen=True, tag="receive-document"):
    pass


class FileObjection(ToAppraisal, frozen=True, tag="file-objection"):
    grounds: str


class ExplainObjection(ToAppraisal, frozen=True, tag="explain-objection"):
    explanation: str


class DecideObjection(ToAppraisal, frozen=True, tag="decide-objection"):
    """AMENDED reopens the appraisal for correction and a new finalisation."""

    outcome: ObjectionOutcome
    reason: str


class RecordFollowUp(ToAppraisal, frozen=True, tag="record-follow-up"):
    kind: FollowUpKind
    note: str
    due: date | None = None


AppraisalCommand: TypeAlias = (
    OpenAppraisal
    | DraftPlan
    | SubmitPlan
    | ReturnPlan
    | ApprovePlan
    | ReviseTarget
    | ReportProgress
    | ReportActivity
    | AcceptReport
    | ReturnReport
    | Rate
    | ReviseRating
    | WithdrawRating
    | JudgeLevel
    | AssessCompetencies
    | EstablishFact
    | ReassignAppraisal
    | Finalise
    | JoinParts
    | ReceiveDocument
    | FileObjection
    | ExplainObjection
    | DecideObjection
    | RecordFollowUp
)
