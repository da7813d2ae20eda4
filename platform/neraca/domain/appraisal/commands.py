"""What may be asked of an appraisal. `employee` and `period` say which one; who asks and when come with the request."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from neraca.domain.appraisal.events import Evidence, PlannedResult, PlanTerms
from neraca.domain.text_kinds import Key, Nip, PeriodLabel, Prose, ProseIfAny, Title
from neraca.domain.vocabulary import FeedbackTone, FollowUpKind, GuidanceKind, ObjectionOutcome, Relation

DAY_IN_MINUTES = 24 * 60

Minutes: TypeAlias = Annotated[int, Meta(ge=1, le=DAY_IN_MINUTES)]


class ToAppraisal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    period: PeriodLabel


class OpenAppraisal(ToAppraisal, frozen=True, tag="open-appraisal"):
    """Unit, appraiser and reviewer are those of the roster on the first day of the period.

    For those who came later, or had no superior yet, on the first day with one. In the place of an appraiser or
    reviewer who has left by the day of the opening comes the next superior up.
    """


class CancelAppraisal(ToAppraisal, frozen=True, tag="cancel-appraisal"):
    """Takes back what was opened wrongly, with its plan, reports and ratings; but never what was once final.

    It may be opened again, and starts afresh.
    """

    reason: Prose


class CutAppraisal(ToAppraisal, frozen=True, tag="cut-appraisal"):
    """Makes two parts of an open whole, as somebody moved: the second begins on `since`, the first of a month.

    Before it the appraiser revises the targets to what the first part can bring; the share of a plan of the year comes
    about by itself. Each part is opened by open-appraisal, and has then what was reported and judged in it. Ratings of
    anonymous groups are given again, and progress of the second part is reported from its own start.
    """

    since: date
    reason: Prose


class DraftPlan(ToAppraisal, frozen=True, tag="draft-plan"):
    """`terms` is what it says beside results; the policy may ask for some of that."""

    results: list[PlannedResult]
    terms: PlanTerms | None = None


class SubmitPlan(ToAppraisal, frozen=True, tag="submit-plan"):
    pass


class ReturnPlan(ToAppraisal, frozen=True, tag="return-plan"):
    feedback: Prose


class ApprovePlan(ToAppraisal, frozen=True, tag="approve-plan"):
    pass


class TakePlan(ToAppraisal, frozen=True, tag="take-plan"):
    """Takes the period's share of the approved work plan of the year, or of the plan as it was revised since.

    An appraisal that is opened when the plan is approved takes it by itself.
    """


class ReviseTarget(ToAppraisal, frozen=True, tag="revise-target"):
    result: Key
    target: Key
    reason: Prose
    value: Decimal | None = None
    weight: Decimal | None = None


class ReviseTerms(ToAppraisal, frozen=True, tag="revise-terms"):
    """All that the approved plan says beside results, as it is to be: the leader may adjust resources in the year."""

    terms: PlanTerms
    reason: Prose


class ProposePlanChange(ToAppraisal, frozen=True, tag="propose-plan-change"):
    """By the employee or the appraiser, for the other to agree to. `results` are new, or as they are to be in the place
    of those of the same id; `drop` names those that are to go. `change` is an id of its own.
    """

    change: Key
    reason: Prose
    results: list[PlannedResult] = []
    drop: list[Key] = []


class AgreeToPlanChange(ToAppraisal, frozen=True, tag="agree-to-plan-change"):
    """By the other than who proposed it: what is added counts from then on, what is dropped no more."""

    change: Key


class DeclinePlanChange(ToAppraisal, frozen=True, tag="decline-plan-change"):
    """By the other, or by who proposed it and wants it no more."""

    change: Key
    reason: Prose


class CountAlignment(ToAppraisal, frozen=True, tag="count-alignment"):
    """Counts from the log how many of the planned results lead to a goal of the region, for a policy that reads it.
    Nothing is told by whoever sends it.
    """


class TakeOverResult(ToAppraisal, frozen=True, tag="take-over-result"):
    """The leader does a planned result themselves from today on: it leaves the plan. What was done of it may count:
    `counts` names the targets that stay, each with the target that is to be measured against, or null for the one that
    was planned. The weights of what is left stay as they are, and count in proportion.
    """

    result: Key
    note: Prose
    counts: dict[Key, Decimal | None] = {}


class ReviseTakeOver(ToAppraisal, frozen=True, tag="revise-take-over"):
    """Says anew what counts of a result that was taken over, as take-over-result says it and measured against what was
    agreed before; or the result goes back to the employee, by `give_back`, as it was agreed. Under a plan of the year
    only whoever enacts a decision on an objection sends it, of what the period had a share of before.
    """

    result: Key
    reason: Prose
    counts: dict[Key, Decimal | None] = {}
    give_back: bool = False


class AddSpecialExpectation(ToAppraisal, frozen=True, tag="add-special-expectation"):
    """What the appraiser expects of the employee besides in one value, in words; said again, it takes the place of what
    was said of that value before. It is looked at when the value is judged, and weighs nothing by itself.
    """

    indicator: Key
    expectation: Prose


class RecordGuidance(ToAppraisal, frozen=True, tag="record-guidance"):
    """Coaching or counselling that was held on a day of the period, about a planned result, a value or the work as a
    whole. `guidance` is an id of the sender's choosing, once per appraisal.
    """

    guidance: Key
    kind: GuidanceKind
    on: date
    note: Prose
    result: Key | None = None
    indicator: Key | None = None


class AnswerGuidance(ToAppraisal, frozen=True, tag="answer-guidance"):
    """What the employee says to it, once, also when the result is final."""

    guidance: Key
    answer: Prose


class ReportProgress(ToAppraisal, frozen=True, tag="report-progress"):
    """`report` is an id of the sender's choosing, once per appraisal; `actual` is cumulative up to `until`."""

    report: Key
    result: Key
    target: Key
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: Prose | None = None


class ReportActivity(ToAppraisal, frozen=True, tag="report-activity"):
    """`minutes` is how long it took; what is reported of one day takes no longer than the day. The policy says whether
    duration, result and evidence must be there.
    """

    report: Key
    day: date
    activity: Prose
    result: Key | None = None
    evidence: list[Evidence] = []
    minutes: Minutes | None = None


class AcceptReport(ToAppraisal, frozen=True, tag="accept-report"):
    report: Key
    feedback: Prose | None = None


class ReturnReport(ToAppraisal, frozen=True, tag="return-report"):
    report: Key
    feedback: Prose


class Rate(ToAppraisal, frozen=True, tag="rate"):
    """`rater` defaults to the actor; only a surveyor may pass on a citizen's rating under a token."""

    relation: Relation
    scores: dict[Key, Decimal]
    rater: Key | None = None
    note: Prose | None = None


class ReviseRating(ToAppraisal, frozen=True, tag="revise-rating"):
    scores: dict[Key, Decimal]
    reason: Prose
    rater: Key | None = None


class WithdrawRating(ToAppraisal, frozen=True, tag="withdraw-rating"):
    reason: Prose
    rater: Key | None = None


class GiveFeedback(ToAppraisal, frozen=True, tag="give-feedback"):
    """Feedback in words on an open appraisal: by its appraiser or reviewer under their name, or by anybody else of the
    agency who serves that day. It weighs nothing by itself; whoever judges reads it.

    `feedback` is an id of the giver's choosing, once per giver and appraisal. It is about one planned `result`, or one
    rated `indicator`, or the whole. What a colleague says is read by the appraiser with how the colleague stands to the
    employee, without a name; by the employee only once the result is final, and together with what others said who
    stand so, if they are three or more. Words may still give their writer away: write them so that they do not.
    """

    feedback: Key
    tone: FeedbackTone
    words: Prose
    result: Key | None = None
    indicator: Key | None = None


class WithdrawFeedback(ToAppraisal, frozen=True, tag="withdraw-feedback"):
    """By its giver, before the result is final; the words are then shown to nobody."""

    feedback: Key
    reason: Prose


class RequestFeedback(ToAppraisal, frozen=True, tag="request-feedback"):
    """The employee asks the appraiser or any colleague by name; the appraiser asks any colleague.

    Whether a colleague answers, the one who asked is not told.
    """

    of: Nip
    question: Prose | None = None
    result: Key | None = None
    indicator: Key | None = None


class DeclineFeedback(ToAppraisal, frozen=True, tag="decline-feedback"):
    """By whoever is asked: ends every request to them in this appraisal. The leader owes feedback and declines none."""


class AssignRaters(ToAppraisal, frozen=True, tag="assign-raters"):
    """Takes raters as the policy says, from the first day of the time to rate: some are drawn, by the salt that
    open-rater-draw left in the log before.
    """


class NameRater(ToAppraisal, frozen=True, tag="name-rater"):
    """For a group of which the policy draws nobody, such as quality assurers."""

    rater: Nip
    relation: Relation
    reason: Prose


class DeclineAssignment(ToAppraisal, frozen=True, tag="decline-assignment"):
    """By whoever is assigned to rate and has not; the next of the draw takes the place."""

    reason: Prose


class ReplaceRater(ToAppraisal, frozen=True, tag="replace-rater"):
    """The next of the draw takes the place of whoever is assigned. What they have given, if they have, stands; whoever
    sends this is not told.
    """

    rater: Nip
    reason: Prose


class CloseRatings(ToAppraisal, frozen=True, tag="close-ratings"):
    """Closes the anonymous groups for good: who has rated by now counts, and nobody of them rates, revises or withdraws
    any more. What a cohort is judged by must not move with one of them.
    """


class JudgeLevel(ToAppraisal, frozen=True, tag="judge-level"):
    result: Key
    level: Key
    note: Prose | None = None


class AssessedCompetency(Struct, frozen=True):
    """The level reached. The level `required` is that of the standard of the post, and is given only where there is
    none; where there is one, `evidence` shows the level reached.
    """

    name: Title
    reached: Decimal
    required: Decimal | None = None
    evidence: list[Evidence] = []


class AssessCompetencies(ToAppraisal, frozen=True, tag="assess-competencies"):
    """All of them at once; a later assessment replaces it."""

    competencies: list[AssessedCompetency]
    basis: Prose


class EstablishFact(ToAppraisal, frozen=True, tag="establish-fact"):
    """Exactly one of number, flag and word."""

    fact: Key
    basis: Prose
    number: Decimal | None = None
    flag: bool | None = None
    word: Title | None = None


class WithdrawFact(ToAppraisal, frozen=True, tag="withdraw-fact"):
    """Of a fact that was established wrongly; what is measured or reported of it counts again."""

    fact: Key
    reason: Prose


class ReassignAppraisal(ToAppraisal, frozen=True, tag="reassign-appraisal"):
    unit: Key
    appraiser: Nip
    since: date
    reason: Prose
    reviewer: Nip | None = None


class Finalise(ToAppraisal, frozen=True, tag="finalise"):
    """Scores under the policy in force and fixes the result.

    Where a result is amended that the appraiser had moved in a cohort, whoever enacts the decision says whether that
    `move` is kept or withdrawn, and the `reason`.
    """

    move: Literal["kept", "withdrawn"] | None = None
    reason: ProseIfAny = ""


class JoinParts(ToAppraisal, frozen=True, tag="join-parts"):
    """Fixes the result of a period out of those of its finalised parts, which together make it up exactly; or, under a
    policy with `period.annual`, that of a year out of its periods: all for which the employee was in service.

    Sent again when a part was finalised again.
    """

    parts: list[PeriodLabel]


class ProposeReuse(ToAppraisal, frozen=True, tag="propose-reuse"):
    """By the new appraiser of an employee who moved, under a policy by shorter periods than a year: `of` is the period
    before, whose result would be taken over.
    """

    of: PeriodLabel
    reason: Prose


class AgreeToReuse(ToAppraisal, frozen=True, tag="agree-to-reuse"):
    """By the employee: the result that was proposed becomes that of the period."""


class ReceiveDocument(ToAppraisal, frozen=True, tag="receive-document"):
    pass


class IssueDocument(ToAppraisal, frozen=True, tag="issue-document"):
    """Signs the evaluation document of the final result, once for each result.

    It is printed from the log as it stands: send it in a batch of its own.
    """

    recommendation: Prose | None = None


class DeliverDocument(ToAppraisal, frozen=True, tag="deliver-document"):
    pass


class ReturnDocument(ToAppraisal, frozen=True, tag="return-document"):
    """The employee signs the document and gives it back, and with that has received it."""


class RefuseDocument(ToAppraisal, frozen=True, tag="refuse-document"):
    """The employee does not sign the document, and with that has received it; the right to object stays."""

    reason: Prose


class ReportDocument(ToAppraisal, frozen=True, tag="report-document"):
    """To the authorised official."""


class FileObjection(ToAppraisal, frozen=True, tag="file-objection"):
    grounds: ProseIfAny


class ExplainObjection(ToAppraisal, frozen=True, tag="explain-objection"):
    explanation: Prose


class DecideObjection(ToAppraisal, frozen=True, tag="decide-objection"):
    """AMENDED opens the appraisal again, for whoever decides to enact it: they rate, judge and finalise."""

    outcome: ObjectionOutcome
    reason: Prose


class ObserveDeadlines(ToAppraisal, frozen=True, tag="observe-deadlines"):
    """Tells what windows have opened and what time limits come near or have passed by today, each once."""


class RecordFollowUp(ToAppraisal, frozen=True, tag="record-follow-up"):
    kind: FollowUpKind
    note: Prose
    due: date | None = None


AppraisalCommand: TypeAlias = (
    OpenAppraisal
    | CancelAppraisal
    | CutAppraisal
    | DraftPlan
    | SubmitPlan
    | ReturnPlan
    | ApprovePlan
    | TakePlan
    | ReviseTarget
    | ReviseTerms
    | ProposePlanChange
    | AgreeToPlanChange
    | DeclinePlanChange
    | CountAlignment
    | TakeOverResult
    | ReviseTakeOver
    | AddSpecialExpectation
    | RecordGuidance
    | AnswerGuidance
    | ReportProgress
    | ReportActivity
    | AcceptReport
    | ReturnReport
    | Rate
    | ReviseRating
    | WithdrawRating
    | GiveFeedback
    | WithdrawFeedback
    | RequestFeedback
    | DeclineFeedback
    | AssignRaters
    | NameRater
    | DeclineAssignment
    | ReplaceRater
    | CloseRatings
    | JudgeLevel
    | AssessCompetencies
    | EstablishFact
    | WithdrawFact
    | ReassignAppraisal
    | Finalise
    | JoinParts
    | ProposeReuse
    | AgreeToReuse
    | ReceiveDocument
    | IssueDocument
    | DeliverDocument
    | ReturnDocument
    | RefuseDocument
    | ReportDocument
    | FileObjection
    | ExplainObjection
    | DecideObjection
    | ObserveDeadlines
    | RecordFollowUp
)
