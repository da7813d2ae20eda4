"""What can have happened to an appraisal, by the phase it is of.

A tag or field is never renamed or removed; a field may be added with a default.
"""

from typing import TypeAlias

from neraca.domain.appraisal.events.documents import (
    DocumentDelivered,
    DocumentIssued,
    DocumentReceived,
    DocumentRefused,
    DocumentReported,
    DocumentReturned,
)
from neraca.domain.appraisal.events.feedback import (
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
    OfFeedback,
)
from neraca.domain.appraisal.events.guidance import GuidanceAnswered, GuidanceRecorded, SpecialExpectationAdded
from neraca.domain.appraisal.events.judged import (
    CompetenciesAssessed,
    Competency,
    FactEstablished,
    FactWithdrawn,
    LevelJudged,
    StandardOfPost,
)
from neraca.domain.appraisal.events.objection import ObjectionDecided, ObjectionExplained, ObjectionFiled
from neraca.domain.appraisal.events.plan import (
    AlignmentCounted,
    PlanApproved,
    PlanChangeAgreed,
    PlanChangeDeclined,
    PlanChangeProposed,
    PlanDrafted,
    PlanReturned,
    PlanSubmitted,
    PlanTaken,
    ResultTakenOver,
    TakenOver,
    TakeOverRevised,
    TargetRevised,
    TermsRevised,
)
from neraca.domain.appraisal.events.planned import Expectations, Feeds, PlannedResult, PlanTerms, Target
from neraca.domain.appraisal.events.raters import (
    AssignedRaters,
    OfRaterAssignment,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
)
from neraca.domain.appraisal.events.ratings import Rated, RatingRevised, RatingsClosed, RatingWithdrawn
from neraca.domain.appraisal.events.reports import (
    ActivityReported,
    Evidence,
    ProgressReported,
    ReportAccepted,
    ReportReturned,
)
from neraca.domain.appraisal.events.result import (
    CalibratedPredicate,
    Finalised,
    InCohort,
    Joined,
    JoinedPart,
    MoveReviewed,
    ReuseProposed,
)
from neraca.domain.appraisal.events.stages import (
    Cancelled,
    Cut,
    DeadlinePassed,
    DeadlineReminded,
    FollowUpRecorded,
    OfAppraisal,
    Opened,
    Reassigned,
    Reopened,
    WindowOpened,
)

__all__ = [
    "ActivityReported",
    "AlignmentCounted",
    "AppraisalEvent",
    "AssignedRaters",
    "CalibratedPredicate",
    "Cancelled",
    "CompetenciesAssessed",
    "Competency",
    "Cut",
    "DeadlinePassed",
    "DeadlineReminded",
    "DocumentDelivered",
    "DocumentIssued",
    "DocumentReceived",
    "DocumentRefused",
    "DocumentReported",
    "DocumentReturned",
    "Evidence",
    "Expectations",
    "FactEstablished",
    "FactWithdrawn",
    "FeedbackDeclined",
    "FeedbackGiven",
    "FeedbackRequested",
    "FeedbackWithdrawn",
    "Feeds",
    "Finalised",
    "FollowUpRecorded",
    "GuidanceAnswered",
    "GuidanceRecorded",
    "InCohort",
    "Joined",
    "JoinedPart",
    "LevelJudged",
    "MoveReviewed",
    "ObjectionDecided",
    "ObjectionExplained",
    "ObjectionFiled",
    "OfAppraisal",
    "OfFeedback",
    "OfRaterAssignment",
    "Opened",
    "PlanApproved",
    "PlanChangeAgreed",
    "PlanChangeDeclined",
    "PlanChangeProposed",
    "PlanDrafted",
    "PlanReturned",
    "PlanSubmitted",
    "PlanTaken",
    "PlanTerms",
    "PlannedResult",
    "ProgressReported",
    "Rated",
    "RaterDeclined",
    "RaterNamed",
    "RaterReplaced",
    "RatersAssigned",
    "RatingRevised",
    "RatingWithdrawn",
    "RatingsClosed",
    "Reassigned",
    "Reopened",
    "ReportAccepted",
    "ReportReturned",
    "ResultTakenOver",
    "ReuseProposed",
    "SpecialExpectationAdded",
    "StandardOfPost",
    "TakeOverRevised",
    "TakenOver",
    "Target",
    "TargetRevised",
    "TermsRevised",
    "WindowOpened",
]

AppraisalEvent: TypeAlias = (
    Opened
    | PlanDrafted
    | PlanSubmitted
    | PlanReturned
    | PlanApproved
    | PlanTaken
    | TargetRevised
    | TermsRevised
    | PlanChangeProposed
    | PlanChangeAgreed
    | PlanChangeDeclined
    | AlignmentCounted
    | ResultTakenOver
    | TakeOverRevised
    | SpecialExpectationAdded
    | GuidanceRecorded
    | GuidanceAnswered
    | ProgressReported
    | ActivityReported
    | ReportAccepted
    | ReportReturned
    | Rated
    | RatingRevised
    | RatingWithdrawn
    | FeedbackGiven
    | FeedbackWithdrawn
    | FeedbackRequested
    | FeedbackDeclined
    | RatersAssigned
    | RaterNamed
    | RaterDeclined
    | RaterReplaced
    | RatingsClosed
    | LevelJudged
    | CompetenciesAssessed
    | FactEstablished
    | FactWithdrawn
    | Reassigned
    | Finalised
    | Joined
    | ReuseProposed
    | DocumentReceived
    | DocumentIssued
    | DocumentDelivered
    | DocumentReturned
    | DocumentRefused
    | DocumentReported
    | ObjectionFiled
    | ObjectionExplained
    | ObjectionDecided
    | Reopened
    | WindowOpened
    | DeadlineReminded
    | DeadlinePassed
    | FollowUpRecorded
    | Cancelled
    | Cut
)
