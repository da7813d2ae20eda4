"""The closed sets of the schema: each word that is stored, under the name that GraphQL shows, with a description.

Stored words stay as they are, and so do those of HTTP. Domain enums are described here and not in the domain, which
knows nothing of GraphQL. A member without a description, or a description without a member, ends the import.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import strawberry

from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.vocabulary import (
    RATERS,
    ActingKind,
    Aspect,
    AssignmentStanding,
    Burst,
    CandidacyKind,
    CascadeKind,
    CommentStanding,
    DeadlineKind,
    DocumentForm,
    EmploymentType,
    ExemptionKind,
    FeedbackSource,
    FeedbackTone,
    Finality,
    FindingKind,
    FollowUpKind,
    GuidanceKind,
    ObjectionOutcome,
    Perspective,
    PositionClass,
    Priority,
    Relation,
    Role,
    ServiceCategory,
    ServicePointKind,
    Spread,
    StudyOutcome,
    TrainingKind,
)

__all__ = [
    "ActingKind",
    "AgencyKind",
    "AgencyStage",
    "AppraisalStage",
    "AppraisalStep",
    "Aspect",
    "AssignmentStanding",
    "Burst",
    "CandidacyKind",
    "CandidacyStage",
    "CascadeKind",
    "CohortStage",
    "Combination",
    "CommentStanding",
    "Counting",
    "CurveMode",
    "DeadlineKind",
    "DocumentForm",
    "EmploymentType",
    "EvaluationStatus",
    "ExemptionKind",
    "FeedbackSource",
    "FeedbackTone",
    "Finality",
    "FindingKind",
    "FollowUpKind",
    "GuidanceKind",
    "ImprovementOutcome",
    "LatenessStanding",
    "LooseResult",
    "MissingRule",
    "ObjectionOutcome",
    "OrganisationPredicate",
    "PeriodCycle",
    "PeriodSpan",
    "Perspective",
    "PlanChangeStatus",
    "PlanStatus",
    "Polarity",
    "PolicyPurpose",
    "PositionClass",
    "Priority",
    "ProgrammeKind",
    "QuotaKind",
    "RatingStatus",
    "Relation",
    "ReportKind",
    "ReportStatus",
    "ReportingCadence",
    "Role",
    "ScoreStatus",
    "ServiceCategory",
    "ServiceMeasure",
    "ServicePointKind",
    "Spread",
    "StepKind",
    "StudyOutcome",
    "TimeUnit",
    "TrainingKind",
    "UnitLeading",
    "UnitPlanStatus",
    "WorkPlanStatus",
]

EnumT = TypeVar("EnumT", bound=StrEnum)


class AgencyKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"


class AgencyStage(StrEnum):
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class AppraisalStage(StrEnum):
    PLANNING = "planning"
    SUBMITTED = "submitted"
    RUNNING = "running"
    FINAL = "final"
    OBJECTED = "objected"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class ScoreStatus(StrEnum):
    BLOCKED = "blocked"
    PROVISIONAL = "provisional"
    FINAL = "final"
    CANCELLED = "cancelled"


class EvaluationStatus(StrEnum):
    FINAL = "final"
    BLOCKED = "blocked"


class PlanStatus(StrEnum):
    NONE = "none"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class WorkPlanStatus(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class UnitPlanStatus(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class PlanChangeStatus(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"


class LooseResult(StrEnum):
    UNLINKED = "unlinked"
    DROPPED = "dropped"


class Polarity(StrEnum):
    MAX = "max"
    MIN = "min"


class ReportKind(StrEnum):
    PROGRESS = "progress"
    ACTIVITY = "activity"


class ReportStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class RatingStatus(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class CandidacyStage(StrEnum):
    LISTED = "listed"
    NOMINATED = "nominated"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PolicyPurpose(StrEnum):
    PREDICATE = "predicate"
    ALLOWANCE = "allowance"
    CREDIT = "credit"
    REWARD = "reward"
    INCENTIVE = "incentive"
    PROMOTION = "promotion"
    TALENT = "talent"
    DISCIPLINE = "discipline"


class PeriodCycle(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"


class PeriodSpan(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"
    PART = "part"


class Combination(StrEnum):
    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    PRODUCT = "product"
    MAJORITY = "majority"
    FIRST = "first"


class MissingRule(StrEnum):
    RENORMALISE = "renormalise"
    ZERO = "zero"
    BLOCK = "block"


class ReportingCadence(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"


class LatenessStanding(StrEnum):
    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    NOTHING_DUE = "nothing_due"


class AppraisalStep(StrEnum):
    RESULT = "result"
    ANSWER = "answer"


class ImprovementOutcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class TimeUnit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class ServiceMeasure(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    TOTAL = "total"
    STANDARD = "standard"
    SHARE = "share"
    COUNT = "count"
    WITHIN = "within"


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


class CohortStage(StrEnum):
    OPEN = "open"
    JUDGED = "judged"
    CLOSED = "closed"


class CurveMode(StrEnum):
    OFF = "off"
    ADVISORY = "advisory"
    ENFORCE = "enforce"


class UnitLeading(StrEnum):
    HEAD = "head"
    ACTING = "acting"
    SERVED = "served"


class OrganisationPredicate(StrEnum):
    OUTSTANDING = "istimewa"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh_perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat_kurang"


class QuotaKind(StrEnum):
    MAX = "max"
    MIN = "min"
    SOME_OF = "some_of"
    NONE_OF = "none_of"


def _describe(kind: type[EnumT], description: str, members: Mapping[EnumT, str]) -> None:
    """Makes an enum one of the schema. Raises TypeError unless each member, and nothing else, is described."""
    if set(members) != {*kind}:
        raise TypeError(f"{kind.__name__}: describe {', '.join(sorted({*kind} ^ members.keys()))}")
    strawberry.enum(kind, description=description)
    for value in getattr(kind, "__strawberry_definition__").values:  # noqa: B009 -- set by the library, not declared
        value.description = members[kind[value.name]]


_describe(
    AgencyKind,
    "What kind of government an agency is.",
    {AgencyKind.CITY: "A city (kota).", AgencyKind.DISTRICT: "A district (kabupaten)."},
)
_describe(
    AgencyStage,
    "Whether an agency's numbers count.",
    {
        AgencyStage.DEMONSTRATION: "It shows how the system works; the policies of its files rule at once.",
        AgencyStage.PRODUCTION: "It appraises people; policies rule only after publication and approval.",
    },
)
_describe(
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
_describe(
    ScoreStatus,
    "What a score is worth.",
    {
        ScoreStatus.BLOCKED: "The policy gives no score; `reason` says why.",
        ScoreStatus.PROVISIONAL: "The score may still move; `openGroups` count later.",
        ScoreStatus.FINAL: "The appraiser fixed the score.",
        ScoreStatus.CANCELLED: "The appraisal was opened wrongly: nothing of it counts, and it may be opened again.",
    },
)
_describe(
    EvaluationStatus,
    "Whether a policy can compute a score from the facts.",
    {
        EvaluationStatus.FINAL: "The policy computes a score.",
        EvaluationStatus.BLOCKED: "The policy computes no score; `reason` says why.",
    },
)
_describe(
    PlanStatus,
    "How far a work plan (SKP) has come.",
    {
        PlanStatus.NONE: "Nobody has drafted one.",
        PlanStatus.DRAFTED: "The employee has drafted it.",
        PlanStatus.SUBMITTED: "It waits for the appraiser.",
        PlanStatus.RETURNED: "The appraiser returned it with feedback.",
        PlanStatus.APPROVED: "The appraiser approved it.",
    },
)
_describe(
    WorkPlanStatus,
    "How far a work plan (SKP) of the year has come.",
    {
        WorkPlanStatus.DRAFTED: "The employee has drafted it.",
        WorkPlanStatus.SUBMITTED: "It waits for the appraiser.",
        WorkPlanStatus.RETURNED: "The appraiser returned it with feedback.",
        WorkPlanStatus.APPROVED: "The appraiser approved it.",
        WorkPlanStatus.ENDED: "Approved, and ended with a month because the post was given up.",
        WorkPlanStatus.WITHDRAWN: "HR took it back.",
    },
)
_describe(
    Spread,
    "How the periods of a year share in a target.",
    {
        Spread.SUM: "What they have adds up to it: by months, unless amounts are named.",
        Spread.CUMULATIVE: "Each says what is to be reached by its end since the plan began; the last has all of it.",
        Spread.EACH: "Each has it whole: a level that is to be kept.",
    },
)
_describe(
    CascadeKind,
    "How a planned result serves one above it.",
    {
        CascadeKind.ASPECT: "Directly, as an aspect of it.",
        CascadeKind.REGION: "Directly, for a region of it.",
        CascadeKind.LOAD: "Directly, with a share of its load.",
        CascadeKind.SERVICE: "Not directly, as a service to it.",
        CascadeKind.INTERMEDIATE_OUTPUT: "Not directly, as an output on the way to it.",
    },
)
_describe(
    UnitPlanStatus,
    "How far the plan of an office has come.",
    {
        UnitPlanStatus.DRAFTED: "Its head writes it.",
        UnitPlanStatus.SUBMITTED: "It waits for who is above its head, or for HR where nobody is.",
        UnitPlanStatus.RETURNED: "To be written anew.",
        UnitPlanStatus.APPROVED: "It holds, as approved or as revised last.",
    },
)
_describe(
    PlanChangeStatus,
    "What became of a change of an approved plan.",
    {
        PlanChangeStatus.PROPOSED: "It waits for the other of the two.",
        PlanChangeStatus.AGREED: "Both want it: it is in the plan.",
        PlanChangeStatus.DECLINED: "One of the two does not.",
    },
)
_describe(
    LooseResult,
    "Why a planned result serves nothing.",
    {
        LooseResult.UNLINKED: "It was not linked, or its link was undone.",
        LooseResult.DROPPED: "What it was linked to is in no approved plan any more.",
    },
)
_describe(
    Polarity,
    "Which way a target is exceeded.",
    {Polarity.MAX: "More is better.", Polarity.MIN: "Less is better."},
)
_describe(
    ProgrammeKind,
    "What people of several units do together.",
    {
        ProgrammeKind.PROGRAMME: "A programme, with a purpose outside the agency.",
        ProgrammeKind.TEAM: "A team for a piece of work (tim kerja).",
    },
)
_describe(
    Counting,
    "How an indicator of a programme counts for its members.",
    {
        Counting.COMMON: "A rate: the same for all.",
        Counting.SHARED: "A quantity: shared out by share and days.",
    },
)
_describe(
    ReportKind,
    "What a report is about.",
    {ReportKind.PROGRESS: "Progress on a target.", ReportKind.ACTIVITY: "The activity of a day."},
)
_describe(
    ReportStatus,
    "What the appraiser made of a report.",
    {
        ReportStatus.PENDING: "It waits for an answer.",
        ReportStatus.ACCEPTED: "It was accepted, and counts.",
        ReportStatus.RETURNED: "It was returned, and does not count.",
    },
)
_describe(
    RatingStatus,
    "Whether a rating stands.",
    {RatingStatus.GIVEN: "It counts.", RatingStatus.WITHDRAWN: "Its rater took it back; it does not count."},
)
_describe(
    PolicyPurpose,
    "What a policy decides.",
    {
        PolicyPurpose.PREDICATE: "The score and predicate of a period.",
        PolicyPurpose.ALLOWANCE: "The allowance that follows from it.",
        PolicyPurpose.CREDIT: "The credit points (angka kredit) that follow from it.",
        PolicyPurpose.REWARD: "Who is considered for a reward, by the results of several periods.",
        PolicyPurpose.INCENTIVE: "Who is considered for an incentive.",
        PolicyPurpose.PROMOTION: "Who is considered for a promotion.",
        PolicyPurpose.TALENT: "In which box of talents somebody is.",
        PolicyPurpose.DISCIPLINE: "What follows from results that stay below what is asked.",
    },
)
_describe(
    PeriodCycle,
    "How long a period is.",
    {
        PeriodCycle.YEAR: "A year.",
        PeriodCycle.SEMESTER: "Half a year.",
        PeriodCycle.QUARTER: "A quarter of a year.",
        PeriodCycle.MONTH: "A month.",
    },
)
_describe(
    PeriodSpan,
    "How long what was appraised is.",
    {
        PeriodSpan.YEAR: "A year.",
        PeriodSpan.SEMESTER: "Half a year.",
        PeriodSpan.QUARTER: "A quarter of a year.",
        PeriodSpan.MONTH: "A month.",
        PeriodSpan.PART: "Some months of a year, as those before somebody moved.",
    },
)
_describe(
    Combination,
    "How a node puts its parts together.",
    {
        Combination.WEIGHTED_MEAN: "The mean by weight.",
        Combination.MEAN: "The mean of equal parts.",
        Combination.SUM: "The sum.",
        Combination.MIN: "The lowest part.",
        Combination.MAX: "The highest part.",
        Combination.PRODUCT: "The product.",
        Combination.FIRST: "The first part that is there, by its turn.",
        Combination.MAJORITY: "The level most parts have; never the highest while one is at the lowest.",
    },
)
_describe(
    MissingRule,
    "What happens when a value is missing.",
    {
        MissingRule.RENORMALISE: "The other parts share its weight.",
        MissingRule.ZERO: "It counts as zero.",
        MissingRule.BLOCK: "It blocks the result.",
    },
)
_describe(
    ReportingCadence,
    "In which rhythm reports are owed.",
    {
        ReportingCadence.DAILY: "An entry of each working day.",
        ReportingCadence.WEEKLY: "A report of each week.",
        ReportingCadence.MONTHLY: "A report of each month.",
        ReportingCadence.QUARTERLY: "A report of each quarter.",
        ReportingCadence.HALF_YEARLY: "A report of each half-year.",
        ReportingCadence.YEARLY: "A report of each year.",
    },
)
_describe(
    LatenessStanding,
    "How somebody stands with the reports that they owe.",
    {
        LatenessStanding.IN_TIME: "All came in time.",
        LatenessStanding.LATE: "All came, and some of them late.",
        LatenessStanding.MISSING: "Some did not come.",
        LatenessStanding.NOTHING_DUE: "None is owed yet.",
    },
)
_describe(
    AppraisalStep,
    "A step of an appraisal of which it is measured how long it takes.",
    {
        AppraisalStep.RESULT: "The result, from the last day of the period.",
        AppraisalStep.ANSWER: "The answer to a report, from its coming in.",
    },
)
_describe(
    ImprovementOutcome,
    "What came of what an office said that it would mend.",
    {
        ImprovementOutcome.DONE: "All of it is mended.",
        ImprovementOutcome.PARTLY: "Some of it is.",
        ImprovementOutcome.NOT_DONE: "None of it is.",
    },
)
_describe(
    TimeUnit,
    "In what a time is told.",
    {
        TimeUnit.MINUTES: "In minutes.",
        TimeUnit.HOURS: "In hours.",
        TimeUnit.DAYS: "In days of 24 hours, whether the office is open or not.",
    },
)
_describe(
    ServiceMeasure,
    "What is measured of how long a service takes.",
    {
        ServiceMeasure.MEAN: "How long one takes on average.",
        ServiceMeasure.MEDIAN: "How long the one in the middle took.",
        ServiceMeasure.TOTAL: "How long all of them took together.",
        ServiceMeasure.STANDARD: "How long one may take.",
        ServiceMeasure.SHARE: "How many kept the standard, in percent.",
        ServiceMeasure.COUNT: "How many times it was given.",
        ServiceMeasure.WITHIN: "How many kept the standard.",
    },
)
_describe(
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
_describe(
    CohortStage,
    "How far a cohort is.",
    {
        CohortStage.OPEN: "Its members and the predicate of the unit are fixed.",
        CohortStage.JUDGED: "What the policy makes of each member is fixed; the appraiser may move it with a reason.",
        CohortStage.CLOSED: "Held to the curve; results may be fixed by it.",
    },
)
_describe(
    CurveMode,
    "What a breach of a curve does.",
    {
        CurveMode.OFF: "Nothing: it is not asked.",
        CurveMode.ADVISORY: "It is recorded.",
        CurveMode.ENFORCE: "The cohort can't be closed, and no result of it be fixed.",
    },
)
_describe(
    UnitLeading,
    "How an appraiser comes to a unit.",
    {
        UnitLeading.HEAD: "Heads it.",
        UnitLeading.ACTING: "Acts as its head (Plt).",
        UnitLeading.SERVED: "Heads none, and serves there.",
    },
)
_describe(
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
_describe(
    QuotaKind,
    "What a quota asks.",
    {
        QuotaKind.MAX: "At most the limit.",
        QuotaKind.MIN: "At least the limit.",
        QuotaKind.SOME_OF: "At least one of them.",
        QuotaKind.NONE_OF: "None of them.",
    },
)
_describe(
    EmploymentType,
    "How a civil servant is employed.",
    {
        EmploymentType.CIVIL_SERVANT: "PNS.",
        EmploymentType.CONTRACT: "PPPK.",
        EmploymentType.PART_TIME_CONTRACT: "PPPK paruh waktu.",
        EmploymentType.STATE_OFFICIAL: "Pejabat negara, such as the head of a region: appraises, and is not appraised.",
    },
)
_describe(
    ExemptionKind,
    "Why somebody owes no plan and is owed no appraisal.",
    {
        ExemptionKind.STATE_OFFICIAL: "Pejabat negara.",
        ExemptionKind.SUSPENDED: "Diberhentikan sementara.",
        ExemptionKind.UNPAID_LEAVE: "Cuti di luar tanggungan negara.",
        ExemptionKind.PRE_RETIREMENT_LEAVE: "Masa persiapan pensiun.",
    },
)
_describe(
    ActingKind,
    "In which way somebody acts in a post.",
    {ActingKind.PLT: "Pelaksana tugas, of a vacant post.", ActingKind.PLH: "Pelaksana harian, of one who is away."},
)
_describe(
    StudyOutcome,
    "How study by order of the agency ended.",
    {StudyOutcome.COMPLETED: "It was completed.", StudyOutcome.BROKEN_OFF: "It was broken off."},
)
_describe(
    PositionClass,
    "The class of a position (jabatan).",
    {
        PositionClass.SENIOR_EXECUTIVE: "Pimpinan tinggi.",
        PositionClass.ADMINISTRATOR: "Administrator.",
        PositionClass.SUPERVISOR: "Pengawas.",
        PositionClass.OPERATIONAL: "Pelaksana.",
        PositionClass.FUNCTIONAL: "Fungsional.",
    },
)
_describe(
    Relation,
    "What the rater is to the person rated.",
    {relation: rule.description for relation, rule in RATERS.items()},
)
_describe(
    Priority,
    "How a planned result ranks (PermenPANRB 6/2022, annex p. 49).",
    {Priority.PRIMARY: "Utama.", Priority.ADDITIONAL: "Tambahan."},
)
_describe(
    Aspect,
    "What an indicator measures (PermenPANRB 6/2022 ps 9(2)).",
    {
        Aspect.QUANTITY: "How much (kuantitas).",
        Aspect.QUALITY: "How well (kualitas).",
        Aspect.TIME: "How soon (waktu).",
        Aspect.COST: "How cheaply (biaya).",
    },
)
_describe(
    ObjectionOutcome,
    "What became of the rating that was objected to (PermenPANRB 6/2022 ps 29).",
    {
        ObjectionOutcome.UPHELD: "The rating stands (menguatkan).",
        ObjectionOutcome.AMENDED: "The rating is changed (mengubah).",
    },
)
_describe(
    DocumentForm,
    "The law's forms of the evaluation document (PermenPANRB 6/2022, annex p. 114-119).",
    {
        DocumentForm.PERIODIC: "Of a periodic evaluation.",
        DocumentForm.ANNUAL: "Of the annual evaluation.",
        DocumentForm.AMENDED: "Of a result that an objection changed (D.1.3).",
    },
)
_describe(
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
_describe(
    FindingKind,
    "What the log may say of how somebody judged.",
    {
        FindingKind.LENIENCY: "Above what others gave the same people.",
        FindingKind.SEVERITY: "Below what others gave the same people.",
        FindingKind.NO_SPREAD: "Everybody alike in everything.",
        FindingKind.HALO: "One value in all elements of a person.",
        FindingKind.BULK_JUDGEMENT: "Many people within minutes.",
        FindingKind.BULK_ANSWERS: "Many reports answered within minutes.",
        FindingKind.UNREAD_REPORTS: "Results made final while reports had no answer.",
        FindingKind.RECENCY: "By the last days rather than by the whole period.",
        FindingKind.RECIPROCITY: "A pair who rated each other above what others gave either.",
    },
)
_describe(
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
_describe(
    CandidacyKind,
    "For what somebody is considered by the results of several periods.",
    {
        CandidacyKind.REWARD: "A reward (penghargaan).",
        CandidacyKind.INCENTIVE: "An incentive (insentif).",
        CandidacyKind.PROMOTION: "A promotion (promosi).",
        CandidacyKind.TALENT: "A box of talents (kotak talenta).",
        CandidacyKind.DISCIPLINE: "What follows from results that stay below what is asked.",
    },
)
_describe(
    CandidacyStage,
    "How far a candidacy is.",
    {
        CandidacyStage.LISTED: "What the policy makes of somebody is recorded; nobody has nominated them.",
        CandidacyStage.NOMINATED: "Somebody nominated them; it waits for a decision.",
        CandidacyStage.ACCEPTED: "They were asked, and accept.",
        CandidacyStage.DECLINED: "They were asked, and decline.",
        CandidacyStage.GRANTED: "An official granted it; of discipline, it follows.",
        CandidacyStage.REFUSED: "An official did not grant it.",
        CandidacyStage.WITHDRAWN: "Whoever nominated them, or HR, took it back.",
    },
)
_describe(
    TrainingKind,
    "How competence is developed. The words are ours.",
    {
        TrainingKind.CLASSROOM: "Taught in a class.",
        TrainingKind.DISTANCE: "Taught at a distance.",
        TrainingKind.MENTORING: "Beside somebody who knows it.",
        TrainingKind.SECONDMENT: "At another place of work.",
        TrainingKind.DEGREE: "By studying for a degree.",
    },
)
_describe(
    Perspective,
    "Whom or what a planned result serves (PermenPANRB 6/2022, annex p. 29).",
    {
        Perspective.SERVICE_RECIPIENT: "Who is served (penerima layanan).",
        Perspective.BUSINESS_PROCESS: "The process of the work (proses bisnis).",
        Perspective.INTERNAL_STRENGTHENING: "The strength of the organisation (penguatan internal).",
        Perspective.BUDGET: "The budget (anggaran).",
    },
)
_describe(
    FeedbackTone,
    "Whether feedback praises, or asks for something.",
    {
        FeedbackTone.POSITIVE: "It says what is good.",
        FeedbackTone.CONSTRUCTIVE: "It asks for something to be done better (umpan balik konstruktif).",
    },
)
_describe(
    AssignmentStanding,
    "How somebody stands who was assigned to rate.",
    {
        AssignmentStanding.ASSIGNED: "They are to rate.",
        AssignmentStanding.DECLINED: "They declined.",
        AssignmentStanding.REPLACED: "HR put another in their place.",
    },
)
_describe(
    FeedbackSource,
    "How whoever gives feedback stands to the employee (PermenPANRB 6/2022 ps 18-19).",
    {
        FeedbackSource.LEADER: "The appraiser or reviewer, under their name.",
        FeedbackSource.PEER: "A colleague of the unit; nobody is told who.",
        FeedbackSource.SUBORDINATE: "Somebody who works directly under the employee; nobody is told who.",
        FeedbackSource.OTHER_PARTY: "Another party related to the work; nobody is told who.",
    },
)
_describe(
    GuidanceKind,
    "What a leader gives in the year (PermenPANRB 6/2022 ps 21).",
    {
        GuidanceKind.COACHING: "Coaching (bimbingan kinerja).",
        GuidanceKind.COUNSELING: "Counselling (konseling kinerja).",
    },
)
_describe(
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
_describe(
    ServicePointKind,
    "Where citizens are served.",
    {
        ServicePointKind.OFFICE: "An office.",
        ServicePointKind.HEALTH_CENTER: "A community health centre (puskesmas).",
        ServicePointKind.COUNTER: "A counter (loket).",
        ServicePointKind.SCHOOL: "A school.",
        ServicePointKind.MOBILE: "A service that travels.",
        ServicePointKind.ONLINE: "A service over the net.",
    },
)
_describe(
    ServiceCategory,
    "Of a service, by its index of public satisfaction (mutu pelayanan).",
    {
        ServiceCategory.A: "Very good (sangat baik), from 88.31.",
        ServiceCategory.B: "Good (baik), from 76.61.",
        ServiceCategory.C: "Less good (kurang baik), from 65.00.",
        ServiceCategory.D: "Not good (tidak baik).",
    },
)
_describe(
    CommentStanding,
    "What became of a comment.",
    {
        CommentStanding.WAITING: "Nobody has judged it.",
        CommentStanding.RELEASED: "It may be read.",
        CommentStanding.REFUSED: "It may not be read, with a reason.",
    },
)
_describe(
    Burst,
    "What is noticed of answers that somebody may have made up.",
    {
        Burst.MANY_IN_MINUTES: "Many came within minutes.",
        Burst.SAME_IN_A_ROW: "Several in a row said the same.",
        Burst.OUTSIDE_HOURS: "They came while the service point was shut.",
    },
)
_describe(
    Role,
    "What a token may do in an agency.",
    {
        Role.EMPLOYEE: "Acts for one employee: the one it belongs to.",
        Role.HR: "Keeps the roster, the facts and the appraisals.",
        Role.OFFICIAL: "Decides in the name of the agency.",
        Role.SURVEYOR: "Runs surveys and records what citizens answer.",
        Role.POLICY: "Proposes policies.",
        Role.AUDITOR: "Reads everything, the whole log included.",
        Role.INTEGRATOR: "Reads what its scopes open.",
        Role.POLICY_APPROVER: "Approves policies.",
        Role.NATIONAL: "Approves changes of what the nation locked.",
        Role.CLOCK: "Tells what time limits have passed.",
        Role.DOOR: "Passes on what citizens answered.",
    },
)
