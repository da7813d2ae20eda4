"""The words of what a policy says."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe


class PolicyPurpose(StrEnum):
    PREDICATE = "predicate"
    ALLOWANCE = "allowance"
    CREDIT = "credit"
    REWARD = "reward"
    INCENTIVE = "incentive"
    PROMOTION = "promotion"
    TALENT = "talent"
    DISCIPLINE = "discipline"


describe(
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


class PeriodCycle(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"


describe(
    PeriodCycle,
    "How long a period is.",
    {
        PeriodCycle.YEAR: "A year.",
        PeriodCycle.SEMESTER: "Half a year.",
        PeriodCycle.QUARTER: "A quarter of a year.",
        PeriodCycle.MONTH: "A month.",
    },
)


class PeriodSpan(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    MONTH = "month"
    PART = "part"


describe(
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


class Combination(StrEnum):
    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    PRODUCT = "product"
    MAJORITY = "majority"
    FIRST = "first"


describe(
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


class MissingRule(StrEnum):
    RENORMALISE = "renormalise"
    ZERO = "zero"
    BLOCK = "block"


describe(
    MissingRule,
    "What happens when a value is missing.",
    {
        MissingRule.RENORMALISE: "The other parts share its weight.",
        MissingRule.ZERO: "It counts as zero.",
        MissingRule.BLOCK: "It blocks the result.",
    },
)
