"""Words the law and the five cities share, and the words they are written with in policies.

Rater relation is always *of the rater to the person rated*: a SUBORDINATE rating is given by a subordinate.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

Purpose: TypeAlias = Literal[
    "predicate", "allowance", "credit", "reward", "incentive", "promotion", "talent", "discipline"
]
"""What a policy decides: the predicate of a year's work, what is paid for it, its credit points (angka kredit), or for
what somebody is considered by the results of several periods (`CandidacyKind`).
"""


class EmploymentType(StrEnum):
    """PNS, PPPK and part-time PPPK; and who appraises the head of an agency without being a civil servant."""

    CIVIL_SERVANT = "CIVIL_SERVANT"
    CONTRACT = "CONTRACT"
    PART_TIME_CONTRACT = "PART_TIME_CONTRACT"
    STATE_OFFICIAL = "STATE_OFFICIAL"


class PositionClass(StrEnum):
    SENIOR_EXECUTIVE = "SENIOR_EXECUTIVE"
    ADMINISTRATOR = "ADMINISTRATOR"
    SUPERVISOR = "SUPERVISOR"
    OPERATIONAL = "OPERATIONAL"
    FUNCTIONAL = "FUNCTIONAL"


class Priority(StrEnum):
    """Utama and tambahan (PermenPANRB 6/2022, annex p. 49)."""

    PRIMARY = "PRIMARY"
    ADDITIONAL = "ADDITIONAL"


class Aspect(StrEnum):
    """What an indicator measures (PermenPANRB 6/2022 ps 9(2))."""

    QUANTITY = "QUANTITY"
    QUALITY = "QUALITY"
    TIME = "TIME"
    COST = "COST"


class Perspective(StrEnum):
    """Whom or what a result of a high official serves (PermenPANRB 6/2022, annex p. 29): who is served, the process of
    the work, the strength of the organisation, its budget.
    """

    SERVICE_RECIPIENT = "SERVICE_RECIPIENT"
    BUSINESS_PROCESS = "BUSINESS_PROCESS"
    INTERNAL_STRENGTHENING = "INTERNAL_STRENGTHENING"
    BUDGET = "BUDGET"


class CascadeKind(StrEnum):
    """How a planned result serves one above it (PermenPANRB 6/2022, annex p. 39-43): directly, as an aspect of it, for
    a region of it, or with a share of its load; or indirectly, as a service to it or an output on the way to it.
    """

    ASPECT = "ASPECT"
    REGION = "REGION"
    LOAD = "LOAD"
    SERVICE = "SERVICE"
    INTERMEDIATE_OUTPUT = "INTERMEDIATE_OUTPUT"


class Spread(StrEnum):
    """How the periods of a year share in a target: they add up to it, or each tells what is to be reached by its end
    since the plan began, or each has it whole.
    """

    SUM = "SUM"
    CUMULATIVE = "CUMULATIVE"
    EACH = "EACH"


class ObjectionOutcome(StrEnum):
    """Menguatkan, mengubah: what became of the rating, not of the objection (PermenPANRB 6/2022 ps 29)."""

    UPHELD = "UPHELD"
    AMENDED = "AMENDED"


class DocumentForm(StrEnum):
    """The law's forms of the evaluation document (PermenPANRB 6/2022, annex p. 114-119; AMENDED is its form D.1.3)."""

    PERIODIC = "PERIODIC"
    ANNUAL = "ANNUAL"
    AMENDED = "AMENDED"


class Finality(StrEnum):
    """Why no objection lies against a result: whom it would go to has evaluated already, be it in the place of a silent
    appraiser (PermenPANRB 6/2022, annex p. 90.11) or by a decision on an objection, or the law says so of whose result
    it is (p. 90.12).
    """

    SUPERIOR = "SUPERIOR"
    AMENDED = "AMENDED"
    STATUS = "STATUS"


class DeadlineKind(StrEnum):
    """What a time limit of an appraisal is for: the plan, feedback of the leader, ratings of those who are
    assigned, the evaluation, the document, an objection, its decision, a report of progress or of a day's work.
    """

    PLAN = "PLAN"
    EVALUATION = "EVALUATION"
    EVALUATION_BY_SUPERIOR = "EVALUATION_BY_SUPERIOR"
    DELIVERY = "DELIVERY"
    RETURN = "RETURN"
    REPORT = "REPORT"
    OBJECTION = "OBJECTION"
    DECISION = "DECISION"
    FEEDBACK = "FEEDBACK"
    RATING = "RATING"
    PROGRESS = "PROGRESS"


class AssignmentStanding(StrEnum):
    """How somebody stands who was assigned to rate."""

    ASSIGNED = "ASSIGNED"
    DECLINED = "DECLINED"
    REPLACED = "REPLACED"


class FeedbackTone(StrEnum):
    """Whether feedback says what is good, or asks for something to be done better (umpan balik konstruktif)."""

    POSITIVE = "POSITIVE"
    CONSTRUCTIVE = "CONSTRUCTIVE"


class FeedbackSource(StrEnum):
    """Of whoever gives feedback to the employee: the leader, who is the appraiser or reviewer; a colleague of the unit;
    somebody who works directly under them; another party related to the work (PermenPANRB 6/2022 ps 18-19).
    """

    LEADER = "LEADER"
    PEER = "PEER"
    SUBORDINATE = "SUBORDINATE"
    OTHER_PARTY = "OTHER_PARTY"


class FindingKind(StrEnum):
    """What the log may say of how somebody judged: above or below others on the same people, everybody alike, every
    element of a person alike, many at once, reports answered at once or not at all, by the last days, or in return.
    """

    LENIENCY = "LENIENCY"
    SEVERITY = "SEVERITY"
    NO_SPREAD = "NO_SPREAD"
    HALO = "HALO"
    BULK_JUDGEMENT = "BULK_JUDGEMENT"
    BULK_ANSWERS = "BULK_ANSWERS"
    UNREAD_REPORTS = "UNREAD_REPORTS"
    RECENCY = "RECENCY"
    RECIPROCITY = "RECIPROCITY"


class FollowUpKind(StrEnum):
    """Uses of the evaluation document (PermenPANRB 6/2022, annex p. 117)."""

    TRAINING = "TRAINING"
    COACHING = "COACHING"
    COUNSELING = "COUNSELING"
    REWARD = "REWARD"
    PROMOTION = "PROMOTION"
    SANCTION = "SANCTION"


class TrainingKind(StrEnum):
    """How competence is developed: taught in a class, at a distance, beside somebody, at another place of work, or by
    studying for a degree. The words are ours.
    """

    CLASSROOM = "CLASSROOM"
    DISTANCE = "DISTANCE"
    MENTORING = "MENTORING"
    SECONDMENT = "SECONDMENT"
    DEGREE = "DEGREE"


LOW_PREDICATES = frozenset({"butuh_perbaikan", "cukup", "kurang", "sangat_kurang"})
"""Predicates that ask for training where a policy says nothing: those below good. It is our rule, and illustrative."""


class CandidacyKind(StrEnum):
    """For what somebody is considered by the results of several periods. Of talent the outcome is a box; discipline is
    what follows from results that stay below what is asked.
    """

    REWARD = "REWARD"
    INCENTIVE = "INCENTIVE"
    PROMOTION = "PROMOTION"
    TALENT = "TALENT"
    DISCIPLINE = "DISCIPLINE"

    @property
    def purpose(self) -> Purpose:
        """As the policy register has it."""
        return _PURPOSES[self.value]


_PURPOSES: Mapping[str, Purpose] = MappingProxyType(
    {
        "REWARD": "reward",
        "INCENTIVE": "incentive",
        "PROMOTION": "promotion",
        "TALENT": "talent",
        "DISCIPLINE": "discipline",
    }
)


class GuidanceKind(StrEnum):
    """Bimbingan kinerja and konseling kinerja, which a leader gives in the year (PermenPANRB 6/2022 ps 21)."""

    COACHING = "COACHING"
    COUNSELING = "COUNSELING"


class Severity(StrEnum):
    """Degree of a disciplinary sanction; the datum is the law's word."""

    LIGHT = "ringan"
    MODERATE = "sedang"
    SEVERE = "berat"


class ExemptionKind(StrEnum):
    """Why somebody owes no plan and is owed no appraisal (PermenPANRB 6/2022, annex p. 65-66)."""

    STATE_OFFICIAL = "STATE_OFFICIAL"
    SUSPENDED = "SUSPENDED"
    UNPAID_LEAVE = "UNPAID_LEAVE"
    PRE_RETIREMENT_LEAVE = "PRE_RETIREMENT_LEAVE"


class ActingKind(StrEnum):
    """Pelaksana tugas, of a vacant post; pelaksana harian, of one whose holder is away."""

    PLT = "PLT"
    PLH = "PLH"


class StudyOutcome(StrEnum):
    """How study by order of the agency ended."""

    COMPLETED = "COMPLETED"
    BROKEN_OFF = "BROKEN_OFF"


class ServicePointKind(StrEnum):
    """Where citizens are served."""

    OFFICE = "OFFICE"
    HEALTH_CENTER = "HEALTH_CENTER"
    COUNTER = "COUNTER"
    SCHOOL = "SCHOOL"
    MOBILE = "MOBILE"
    ONLINE = "ONLINE"


class ServiceCategory(StrEnum):
    """Of a service, by its index of public satisfaction (mutu pelayanan): A is best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CommentStanding(StrEnum):
    """What became of a comment."""

    WAITING = "WAITING"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"


class Burst(StrEnum):
    """What is noticed of answers that somebody may have made up: nothing is dropped for it, somebody should look."""

    MANY_IN_MINUTES = "MANY_IN_MINUTES"
    SAME_IN_A_ROW = "SAME_IN_A_ROW"
    OUTSIDE_HOURS = "OUTSIDE_HOURS"


class Scope(StrEnum):
    """What a token or key of an integrator is for. To read: counts of people, the masked log, the roster, single
    appraisals, what is paid; BULK is for long pages of whatever may be read. To write: the roster, attendance, surveys,
    service times.
    """

    AGGREGATES = "aggregates"
    LOG = "log"
    ROSTER = "roster"
    DOSSIERS = "dossiers"
    PAYROLL = "payroll"
    BULK = "bulk"
    WRITE_ROSTER = "write-roster"
    WRITE_ATTENDANCE = "write-attendance"
    WRITE_SURVEYS = "write-surveys"
    WRITE_SERVICE_TIMES = "write-service-times"


class Role(StrEnum):
    """What a token may do in an agency. Appraiser and reviewer are relations to a person, not roles.

    POLICY proposes rules; POLICY_APPROVER approves them, and NATIONAL those that move what the nation locked. CLOCK
    tells what time limits have passed, and may do nothing else; DOOR passes on what citizens answered, and may do
    nothing else. ADMIN keeps the keys of programs, and reads of nobody.
    """

    EMPLOYEE = "employee"
    HR = "hr"
    OFFICIAL = "official"
    SURVEYOR = "surveyor"
    POLICY = "policy"
    AUDITOR = "auditor"
    INTEGRATOR = "integrator"
    POLICY_APPROVER = "policy-approver"
    NATIONAL = "national"
    CLOCK = "clock"
    DOOR = "door"
    ADMIN = "admin"


class Relation(StrEnum):
    """Of the rater to the person rated."""

    SUPERVISOR = "SUPERVISOR"
    PEER = "PEER"
    SUBORDINATE = "SUBORDINATE"
    CITIZEN = "CITIZEN"
    SELF = "SELF"
    QUALITY_ASSURER = "QUALITY_ASSURER"


class Identity(StrEnum):
    """Who may know who rated: nobody or everybody (there is one of each), whatever a policy says, or as it says."""

    ANONYMOUS = "anonymous"
    NAMED = "named"
    BY_POLICY = "by-policy"


class RaterRule(Struct, frozen=True):
    """What holds for all raters of a relation: the id a policy gives to their group, the role that records their
    ratings, who may know them, and what they are in words."""

    group: str
    role: Role
    identity: Identity
    description: str


RATERS: Mapping[Relation, RaterRule] = MappingProxyType(
    {
        Relation.SUPERVISOR: RaterRule("atasan", Role.EMPLOYEE, Identity.NAMED, "The direct supervisor (atasan)."),
        Relation.PEER: RaterRule("rekan", Role.EMPLOYEE, Identity.ANONYMOUS, "A peer (rekan)."),
        Relation.SUBORDINATE: RaterRule("bawahan", Role.EMPLOYEE, Identity.ANONYMOUS, "A subordinate (bawahan)."),
        Relation.CITIZEN: RaterRule("warga", Role.SURVEYOR, Identity.ANONYMOUS, "A citizen who was served (warga)."),
        Relation.SELF: RaterRule("diri", Role.EMPLOYEE, Identity.NAMED, "The person rated (diri)."),
        Relation.QUALITY_ASSURER: RaterRule(
            "penjamin_mutu", Role.OFFICIAL, Identity.BY_POLICY, "The quality assurer (penjamin mutu)."
        ),
    }
)
"""A relation that is not here may not rate."""

FEWEST_CITIZENS = 10
"""What fewer citizens than these said is told of nowhere, and passed on with others only."""

RATER_GROUP: Mapping[Relation, str] = MappingProxyType({relation: rule.group for relation, rule in RATERS.items()})

ANONYMOUS = frozenset(relation for relation, rule in RATERS.items() if rule.identity is Identity.ANONYMOUS)

NAMED = frozenset(relation for relation, rule in RATERS.items() if rule.identity is Identity.NAMED)
