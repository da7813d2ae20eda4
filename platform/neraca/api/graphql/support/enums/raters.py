"""The words of those who rate and give feedback, and how they do it."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import RATERS, AssignmentStanding, FeedbackSource, FeedbackTone, FindingKind, Relation

describe(
    Relation,
    "What the rater is to the person rated.",
    {relation: rule.description for relation, rule in RATERS.items()},
)


class RatingStatus(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


describe(
    RatingStatus,
    "Whether a rating stands.",
    {RatingStatus.GIVEN: "It counts.", RatingStatus.WITHDRAWN: "Its rater took it back; it does not count."},
)

describe(
    AssignmentStanding,
    "How somebody stands who was assigned to rate.",
    {
        AssignmentStanding.ASSIGNED: "They are to rate.",
        AssignmentStanding.DECLINED: "They declined.",
        AssignmentStanding.REPLACED: "HR put another in their place.",
    },
)
describe(
    FeedbackSource,
    "How whoever gives feedback stands to the employee (PermenPANRB 6/2022 ps 18-19).",
    {
        FeedbackSource.LEADER: "The appraiser or reviewer, under their name.",
        FeedbackSource.PEER: "A colleague of the unit; nobody is told who.",
        FeedbackSource.SUBORDINATE: "Somebody who works directly under the employee; nobody is told who.",
        FeedbackSource.OTHER_PARTY: "Another party related to the work; nobody is told who.",
    },
)
describe(
    FeedbackTone,
    "Whether feedback praises, or asks for something.",
    {
        FeedbackTone.POSITIVE: "It says what is good.",
        FeedbackTone.CONSTRUCTIVE: "It asks for something to be done better (umpan balik konstruktif).",
    },
)
describe(
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
