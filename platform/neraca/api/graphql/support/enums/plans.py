"""The words of plans, of people, offices and programmes."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.vocabulary import Aspect, CascadeKind, Perspective, Priority, Spread


class PlanStatus(StrEnum):
    NONE = "none"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


describe(
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


class WorkPlanStatus(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


describe(
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


class PlanChangeStatus(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"


describe(
    PlanChangeStatus,
    "What became of a change of an approved plan.",
    {
        PlanChangeStatus.PROPOSED: "It waits for the other of the two.",
        PlanChangeStatus.AGREED: "Both want it: it is in the plan.",
        PlanChangeStatus.DECLINED: "One of the two does not.",
    },
)


class UnitPlanStatus(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


describe(
    UnitPlanStatus,
    "How far the plan of an office has come.",
    {
        UnitPlanStatus.DRAFTED: "Its head writes it.",
        UnitPlanStatus.SUBMITTED: "It waits for who is above its head, or for HR where nobody is.",
        UnitPlanStatus.RETURNED: "To be written anew.",
        UnitPlanStatus.APPROVED: "It holds, as approved or as revised last.",
    },
)

describe(
    Priority,
    "How a planned result ranks (PermenPANRB 6/2022, annex p. 49).",
    {Priority.PRIMARY: "Utama.", Priority.ADDITIONAL: "Tambahan."},
)
describe(
    Aspect,
    "What an indicator measures (PermenPANRB 6/2022 ps 9(2)).",
    {
        Aspect.QUANTITY: "How much (kuantitas).",
        Aspect.QUALITY: "How well (kualitas).",
        Aspect.TIME: "How soon (waktu).",
        Aspect.COST: "How cheaply (biaya).",
    },
)
describe(
    Perspective,
    "Whom or what a planned result serves (PermenPANRB 6/2022, annex p. 29).",
    {
        Perspective.SERVICE_RECIPIENT: "Who is served (penerima layanan).",
        Perspective.BUSINESS_PROCESS: "The process of the work (proses bisnis).",
        Perspective.INTERNAL_STRENGTHENING: "The strength of the organisation (penguatan internal).",
        Perspective.BUDGET: "The budget (anggaran).",
    },
)


class Polarity(StrEnum):
    MAX = "max"
    MIN = "min"


describe(
    Polarity,
    "Which way a target is exceeded.",
    {Polarity.MAX: "More is better.", Polarity.MIN: "Less is better."},
)

describe(
    Spread,
    "How the periods of a year share in a target.",
    {
        Spread.SUM: "What they have adds up to it: by months, unless amounts are named.",
        Spread.CUMULATIVE: "Each says what is to be reached by its end since the plan began; the last has all of it.",
        Spread.EACH: "Each has it whole: a level that is to be kept.",
    },
)
describe(
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


class LooseResult(StrEnum):
    UNLINKED = "unlinked"
    DROPPED = "dropped"


describe(
    LooseResult,
    "Why a planned result serves nothing.",
    {
        LooseResult.UNLINKED: "It was not linked, or its link was undone.",
        LooseResult.DROPPED: "What it was linked to is in no approved plan any more.",
    },
)

describe(
    ProgrammeKind,
    "What people of several units do together.",
    {
        ProgrammeKind.PROGRAMME: "A programme, with a purpose outside the agency.",
        ProgrammeKind.TEAM: "A team for a piece of work (tim kerja).",
    },
)
describe(
    Counting,
    "How an indicator of a programme counts for its members.",
    {
        Counting.COMMON: "A rate: the same for all.",
        Counting.SHARED: "A quantity: shared out by share and days.",
    },
)
