"""The words of services, what citizens say of them, and what is mended."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import Burst, CommentStanding, ServiceCategory, ServicePointKind

describe(
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
describe(
    ServiceCategory,
    "Of a service, by its index of public satisfaction (mutu pelayanan).",
    {
        ServiceCategory.A: "Very good (sangat baik), from 88.31.",
        ServiceCategory.B: "Good (baik), from 76.61.",
        ServiceCategory.C: "Less good (kurang baik), from 65.00.",
        ServiceCategory.D: "Not good (tidak baik).",
    },
)


class ServiceMeasure(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    TOTAL = "total"
    STANDARD = "standard"
    SHARE = "share"
    COUNT = "count"
    WITHIN = "within"


describe(
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


class TimeUnit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


describe(
    TimeUnit,
    "In what a time is told.",
    {
        TimeUnit.MINUTES: "In minutes.",
        TimeUnit.HOURS: "In hours.",
        TimeUnit.DAYS: "In days of 24 hours, whether the office is open or not.",
    },
)

describe(
    CommentStanding,
    "What became of a comment.",
    {
        CommentStanding.WAITING: "Nobody has judged it.",
        CommentStanding.RELEASED: "It may be read.",
        CommentStanding.REFUSED: "It may not be read, with a reason.",
    },
)
describe(
    Burst,
    "What is noticed of answers that somebody may have made up.",
    {
        Burst.MANY_IN_MINUTES: "Many came within minutes.",
        Burst.SAME_IN_A_ROW: "Several in a row said the same; told in full tens only.",
        Burst.OUTSIDE_HOURS: "They came while the service point was shut.",
    },
)


class ImprovementOutcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


describe(
    ImprovementOutcome,
    "What came of what an office said that it would mend.",
    {
        ImprovementOutcome.DONE: "All of it is mended.",
        ImprovementOutcome.PARTLY: "Some of it is.",
        ImprovementOutcome.NOT_DONE: "None of it is.",
    },
)
