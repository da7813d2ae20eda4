"""The words of an appraisal from its opening to what follows from it."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import DeadlineKind, DocumentForm, Finality, FollowUpKind, GuidanceKind, ObjectionOutcome


class AppraisalStage(StrEnum):
    PLANNING = "planning"
    SUBMITTED = "submitted"
    RUNNING = "running"
    FINAL = "final"
    OBJECTED = "objected"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


describe(
    AppraisalStage,
    "How far an appraisal has come.",
    {
        AppraisalStage.PLANNING: "It has no approved plan yet.",
        AppraisalStage.SUBMITTED: "Its plan waits for the appraiser.",
        AppraisalStage.RUNNING: "Its plan is approved; reports and ratings come in.",
        AppraisalStage.FINAL: "Its result is fixed.",
        AppraisalStage.OBJECTED: "An objection against its result is undecided.",
        AppraisalStage.REOPENED: "An objection led to an amended rating; it runs again.",
        AppraisalStage.CANCELLED: "It was opened wrongly; nothing of it counts.",
    },
)


class AppraisalStep(StrEnum):
    RESULT = "result"
    ANSWER = "answer"


describe(
    AppraisalStep,
    "A step of an appraisal of which it is measured how long it takes.",
    {
        AppraisalStep.RESULT: "The result, from the last day of the period.",
        AppraisalStep.ANSWER: "The answer to a report, from its coming in.",
    },
)

describe(
    DeadlineKind,
    "What a time limit of an appraisal is for.",
    {
        DeadlineKind.PLAN: "The plan is to be fixed (SKP; PermenPANRB 6/2022 ps 14).",
        DeadlineKind.EVALUATION: "The appraiser evaluates (annex p. 90).",
        DeadlineKind.EVALUATION_BY_SUPERIOR: "The appraiser's superior evaluates instead (p. 115-116).",
        DeadlineKind.DELIVERY: "The document is to be delivered (p. 114-119).",
        DeadlineKind.RETURN: "The employee signs and returns the document.",
        DeadlineKind.REPORT: "The document is to be reported to the authorised official (PyB).",
        DeadlineKind.OBJECTION: "The employee may object (keberatan).",
        DeadlineKind.DECISION: "The objection is to be decided.",
        DeadlineKind.RATING: "Ratings of those who are assigned.",
        DeadlineKind.PROGRESS: "A report of progress, or an entry of a day's work, in the rhythm that is picked.",
        DeadlineKind.FEEDBACK: "The appraiser is to give feedback in words (ps 18).",
    },
)


class ReportKind(StrEnum):
    PROGRESS = "progress"
    ACTIVITY = "activity"


describe(
    ReportKind,
    "What a report is about.",
    {ReportKind.PROGRESS: "Progress on a target.", ReportKind.ACTIVITY: "The activity of a day."},
)


class ReportStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"


describe(
    ReportStatus,
    "What the appraiser made of a report.",
    {
        ReportStatus.PENDING: "It waits for an answer.",
        ReportStatus.ACCEPTED: "It was accepted, and counts.",
        ReportStatus.RETURNED: "It was returned, and does not count.",
    },
)

describe(
    GuidanceKind,
    "What a leader gives in the year (PermenPANRB 6/2022 ps 21).",
    {
        GuidanceKind.COACHING: "Coaching (bimbingan kinerja).",
        GuidanceKind.COUNSELING: "Counselling (konseling kinerja).",
    },
)
describe(
    DocumentForm,
    "The law's forms of the evaluation document (PermenPANRB 6/2022, annex p. 114-119).",
    {
        DocumentForm.PERIODIC: "Of a periodic evaluation.",
        DocumentForm.ANNUAL: "Of the annual evaluation.",
        DocumentForm.AMENDED: "Of a result that an objection changed (D.1.3).",
    },
)
describe(
    Finality,
    "Why no objection lies against a result (PermenPANRB 6/2022, annex p. 90).",
    {
        Finality.SUPERIOR: "The appraiser's superior, to whom it would go, evaluated in the place of the appraiser.",
        Finality.AMENDED: "The appraiser's superior enacted it by their decision on an objection.",
        Finality.STATUS: (
            "The law says so of whose result it is: the head of an independent unit, or whom the head of the region "
            "rates."
        ),
    },
)
describe(
    ObjectionOutcome,
    "What became of the rating that was objected to (PermenPANRB 6/2022 ps 29).",
    {
        ObjectionOutcome.UPHELD: "The rating stands (menguatkan).",
        ObjectionOutcome.AMENDED: "The rating is changed (mengubah).",
    },
)
describe(
    FollowUpKind,
    "What followed from a result (PermenPANRB 6/2022, annex p. 117).",
    {
        FollowUpKind.TRAINING: "Training.",
        FollowUpKind.COACHING: "Coaching by the superior.",
        FollowUpKind.COUNSELING: "Counselling.",
        FollowUpKind.REWARD: "A reward.",
        FollowUpKind.PROMOTION: "A promotion.",
        FollowUpKind.SANCTION: "A sanction.",
    },
)
