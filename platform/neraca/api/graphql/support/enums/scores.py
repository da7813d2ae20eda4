"""The words of how a score comes about, and how a cohort is held to a curve."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe


class ScoreStatus(StrEnum):
    BLOCKED = "blocked"
    PROVISIONAL = "provisional"
    FINAL = "final"
    CANCELLED = "cancelled"


describe(
    ScoreStatus,
    "What a score is worth.",
    {
        ScoreStatus.BLOCKED: "The policy gives no score; `reason` says why.",
        ScoreStatus.PROVISIONAL: "The score may still move; `openGroups` count later.",
        ScoreStatus.FINAL: "The appraiser fixed the score.",
        ScoreStatus.CANCELLED: "The appraisal was opened wrongly: nothing of it counts, and it may be opened again.",
    },
)


class EvaluationStatus(StrEnum):
    FINAL = "final"
    BLOCKED = "blocked"


describe(
    EvaluationStatus,
    "Whether a policy can compute a score from the facts.",
    {
        EvaluationStatus.FINAL: "The policy computes a score.",
        EvaluationStatus.BLOCKED: "The policy computes no score; `reason` says why.",
    },
)


class StepKind(StrEnum):
    GROUP = "group"
    PANEL = "panel"
    MEASURE = "measure"
    CAP = "cap"
    NODE = "node"
    BAND = "band"
    MATRIX = "matrix"
    MODIFIER = "modifier"
    CALIBRATION = "calibration"
    TAKEN_OVER = "taken-over"


describe(
    StepKind,
    "What a step of an explanation computes.",
    {
        StepKind.GROUP: "The value of one rater group.",
        StepKind.PANEL: "The value of all rater groups together.",
        StepKind.MEASURE: "The value of an indicator.",
        StepKind.CAP: "A value cut at a bound.",
        StepKind.NODE: "The value of a node of the tree.",
        StepKind.BAND: "A level by the range a value lies in.",
        StepKind.MATRIX: "A level by two others.",
        StepKind.MODIFIER: "A level or value changed by a rule.",
        StepKind.CALIBRATION: "A predicate moved by the appraiser, in the cohort of their people.",
        StepKind.TAKEN_OVER: "Planned results that left the plan, as the appraiser took them over.",
    },
)


class CohortStage(StrEnum):
    OPEN = "open"
    JUDGED = "judged"
    CLOSED = "closed"


describe(
    CohortStage,
    "How far a cohort is.",
    {
        CohortStage.OPEN: "Its members and the predicate of the unit are fixed.",
        CohortStage.JUDGED: "What the policy makes of each member is fixed; the appraiser may move it with a reason.",
        CohortStage.CLOSED: "Held to the curve; results may be fixed by it.",
    },
)


class CurveMode(StrEnum):
    OFF = "off"
    ADVISORY = "advisory"
    ENFORCE = "enforce"


describe(
    CurveMode,
    "What a breach of a curve does.",
    {
        CurveMode.OFF: "Nothing: it is not asked.",
        CurveMode.ADVISORY: "It is recorded.",
        CurveMode.ENFORCE: "The cohort can't be closed, and no result of it be fixed.",
    },
)


class QuotaKind(StrEnum):
    MAX = "max"
    MIN = "min"
    SOME_OF = "some_of"
    NONE_OF = "none_of"


describe(
    QuotaKind,
    "What a quota asks.",
    {
        QuotaKind.MAX: "At most the limit.",
        QuotaKind.MIN: "At least the limit.",
        QuotaKind.SOME_OF: "At least one of them.",
        QuotaKind.NONE_OF: "None of them.",
    },
)


class UnitLeading(StrEnum):
    HEAD = "head"
    ACTING = "acting"
    SERVED = "served"


describe(
    UnitLeading,
    "How an appraiser comes to a unit.",
    {
        UnitLeading.HEAD: "Heads it.",
        UnitLeading.ACTING: "Acts as its head (Plt).",
        UnitLeading.SERVED: "Heads none, and serves there.",
    },
)


class OrganisationPredicate(StrEnum):
    OUTSTANDING = "istimewa"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh_perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat_kurang"


describe(
    OrganisationPredicate,
    "How an organisation performed (capaian kinerja organisasi); it says which quotas hold.",
    {
        OrganisationPredicate.OUTSTANDING: "Istimewa.",
        OrganisationPredicate.GOOD: "Baik.",
        OrganisationPredicate.NEEDS_IMPROVEMENT: "Butuh perbaikan.",
        OrganisationPredicate.POOR: "Kurang.",
        OrganisationPredicate.VERY_POOR: "Sangat kurang.",
    },
)
