"""The words of civil servants and their posts."""

from neraca.api.graphql.support.enums.description import describe
from neraca.domain.vocabulary import ActingKind, EmploymentType, ExemptionKind, PositionClass, Severity, StudyOutcome

describe(
    EmploymentType,
    "How a civil servant is employed.",
    {
        EmploymentType.CIVIL_SERVANT: "PNS.",
        EmploymentType.CONTRACT: "PPPK.",
        EmploymentType.PART_TIME_CONTRACT: "PPPK paruh waktu.",
        EmploymentType.STATE_OFFICIAL: "Pejabat negara, such as the head of a region: appraises, and is not appraised.",
    },
)
describe(
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
describe(
    ExemptionKind,
    "Why somebody owes no plan and is owed no appraisal.",
    {
        ExemptionKind.STATE_OFFICIAL: "Pejabat negara.",
        ExemptionKind.SUSPENDED: "Diberhentikan sementara.",
        ExemptionKind.UNPAID_LEAVE: "Cuti di luar tanggungan negara.",
        ExemptionKind.PRE_RETIREMENT_LEAVE: "Masa persiapan pensiun.",
    },
)
describe(
    Severity,
    "Degree of a disciplinary sanction (hukuman disiplin).",
    {Severity.LIGHT: "Ringan.", Severity.MODERATE: "Sedang.", Severity.SEVERE: "Berat."},
)
describe(
    ActingKind,
    "In which way somebody acts in a post.",
    {ActingKind.PLT: "Pelaksana tugas, of a vacant post.", ActingKind.PLH: "Pelaksana harian, of one who is away."},
)
describe(
    StudyOutcome,
    "How study by order of the agency ended.",
    {StudyOutcome.COMPLETED: "It was completed.", StudyOutcome.BROKEN_OFF: "It was broken off."},
)
