"""The words of agencies, who may do what in them, and when they want reports."""

from enum import StrEnum

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import Role


class AgencyKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"


describe(
    AgencyKind,
    "What kind of government an agency is.",
    {AgencyKind.CITY: "A city (kota).", AgencyKind.DISTRICT: "A district (kabupaten)."},
)


class AgencyStage(StrEnum):
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


describe(
    AgencyStage,
    "Whether an agency's numbers count.",
    {
        AgencyStage.DEMONSTRATION: "It shows how the system works; the policies of its files rule at once.",
        AgencyStage.PRODUCTION: "It appraises people; policies rule only after publication and approval.",
    },
)

describe(
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
        Role.ADMIN: "Makes and revokes the keys of programs.",
    },
)


class ReportingCadence(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"


describe(
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


class LatenessStanding(StrEnum):
    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    NOTHING_DUE = "nothing_due"


describe(
    LatenessStanding,
    "How somebody stands with the reports that they owe.",
    {
        LatenessStanding.IN_TIME: "All came in time.",
        LatenessStanding.LATE: "All came, and some of them late.",
        LatenessStanding.MISSING: "Some did not come.",
        LatenessStanding.NOTHING_DUE: "None is owed yet.",
    },
)
