"""The rows of the score read model."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from msgspec import Raw, Struct

from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.appraisal.events import (
    Rated,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
    RatingRevised,
    RatingWithdrawn,
)
from neraca.domain.attendance import AttendanceEvent
from neraca.domain.facts import Facts
from neraca.domain.policy_register import ValidityPeriod
from neraca.domain.programme.member_facts import MemberFacts
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.domain.service_times.events import ServiceTimesConfirmed
from neraca.domain.survey import SurveyClosed
from neraca.domain.vocabulary import PositionClass
from neraca.projecting.projection import Table

PersonalFact: TypeAlias = AttendanceEvent | EmployeeSanctioned | SanctionRevised | SanctionLifted | MemberFacts
HiddenEvent: TypeAlias = (
    Rated | RatingRevised | RatingWithdrawn | RatersAssigned | RaterNamed | RaterDeclined | RaterReplaced
)
UnitFact: TypeAlias = SurveyClosed | AchievementPublished | AchievementRevised | ServiceTimesConfirmed


NONE = Raw(b"null")


class Final(Struct):
    """What the last finalisation fixed.

    `facts` are those it judged, as they may be shown, and stay as they were written; `NONE` if others came in before
    it was recorded.
    """

    position: int
    facts_position: int
    facts: Raw
    at: datetime


class Superseded(Struct, frozen=True):
    """Another rule has come to hold for a period that was final already: its hash, and the event that scheduled it."""

    policy_hash: str
    position: int


class Appraisal(Struct):
    """The score as it stands. `status` is blocked, provisional (may still move), final (fixed by the appraiser) or
    cancelled (nothing of it counts).

    `name` is the employee's, as it was corrected last, to be ordered by. `version` counts the events of the stream that
    may be shown; `nodes` are decimals as text at the policy's final precision. `superseded_rule` is a flag on a final
    score, which itself never changes. `lacks` is the position of the first event of its facts or rules that was set
    aside; with `cut_off` it is one of the appraisal's own. Such a score is not shown.

    `facts` are those that may be shown, and all else follows from them. `closed` is None as long as the anonymous
    groups are open; from the first finalisation on it tells how many were in each, None below its floor,
    and `closed_by` is the hash of the policy under which they came to what is shown.
    """

    agency: str
    stream: UUID
    employee: str
    name: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None
    position_class: PositionClass | None
    stage: str
    version: int
    policy_id: str | None
    policy_version: int | None
    policy_hash: str | None
    status: str
    reason: str | None
    score: Decimal | None
    predicate: str | None
    levels: dict[str, str]
    nodes: dict[str, str | None]
    facts: Facts
    closed: dict[str, int | None] | None
    closed_by: str | None
    final: Final | None
    superseded_rule: Superseded | None
    lacks: int | None
    cut_off: bool
    position: int
    recorded_at: datetime
    holds_from: int = 0


class PastAppraisal(Struct):
    """What an appraisal was. Facts, and what follows from them, are folded from the log by whoever asks."""

    agency: str
    stream: UUID
    holds_from: int
    held_until: int
    employee: str
    name: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None
    position_class: PositionClass | None
    stage: str
    policy_id: str | None
    policy_version: int | None
    policy_hash: str | None
    status: str
    score: Decimal | None
    predicate: str | None
    closed: dict[str, int | None] | None
    superseded_rule: Superseded | None


class HiddenRating(Struct):
    position: int
    event: HiddenEvent


class Sealed(Struct):
    """The hidden ratings of an appraisal, in order: for the fold alone."""

    agency: str
    stream: UUID
    ratings: list[HiddenRating]


class Change(Struct):
    """One change of a score, and the event that caused it."""

    agency: str
    stream: UUID
    position: int
    tag: str
    recorded_at: datetime
    at: datetime
    effective: date | None
    by: str
    status: str
    reason: str | None
    score: Decimal | None
    predicate: str | None
    policy_hash: str | None


class Summary(Struct):
    """How many people of a unit have an outcome: a predicate, or `blocked`."""

    agency: str
    period: str
    unit: str
    outcome: str
    people: int
    holds_from: int = 0


class PastSummary(Struct):
    agency: str
    period: str
    unit: str
    outcome: str
    holds_from: int
    held_until: int
    people: int


class Comparison(Struct):
    """What the superior gave beside others when a result was fixed, as it may be shown, while it stays final and lacks
    nothing; see `neraca.domain.forensics.comparison`. `raters` are those who rated by name, but for the person rated;
    of two numbers the first is to be divided by the second.
    """

    agency: str
    stream: UUID
    period: str
    employee: str
    predicate: str
    raters: list[str]
    given: str
    elements: int
    alike: bool
    mean_number: Decimal | None
    mean_by: Decimal | None
    shift_number: Decimal | None
    shift_by: Decimal | None


class Policy(Struct):
    """A published policy: `texts` are its file and its parents'."""

    agency: str
    hash: str
    id: str
    version: int
    calc_hash: str
    purpose: str
    file: str
    texts: dict[str, str]
    reason: str
    position: int
    recorded_at: datetime


class PolicyRegister(Struct):
    """One row an agency: what is in force when, and which units have appraisals in which periods.

    Here and below, `lacks` is the position of an event that was set aside, which appraisals that come later lack too.
    """

    agency: str
    name: str
    spans: list[ValidityPeriod]
    units: list[tuple[str, str]]
    lacks: int | None = None


class KnownOfPerson(Struct):
    position: int
    event: PersonalFact


class KnownOfUnit(Struct):
    position: int
    event: UnitFact


class Subject(Struct):
    """What the log says of an employee beside the appraisals; `stream` is the employee's."""

    agency: str
    stream: UUID
    appraisals: list[UUID]
    facts: list[KnownOfPerson]
    lacks: int | None = None


class Person(Struct):
    """What an employee is called, for the appraisals to come; `stream` is the employee's."""

    agency: str
    stream: UUID
    name: str


class UnitPeriod(Struct):
    agency: str
    unit: str
    period: str
    appraisals: list[UUID]
    facts: list[KnownOfUnit]
    lacks: int | None = None


APPRAISAL_PAST = Table("appraisal_past", PastAppraisal, ("stream", "holds_from"), append=True)
APPRAISAL = Table("appraisal", Appraisal, ("stream",), past=APPRAISAL_PAST)
SEALED = Table("sealed", Sealed, ("stream",), private=True)
CHANGE = Table("change", Change, ("stream", "position"), append=True)
SUMMARY_PAST = Table("summary_past", PastSummary, ("period", "unit", "outcome", "holds_from"), append=True)
SUMMARY = Table("summary", Summary, ("period", "unit", "outcome"), past=SUMMARY_PAST)
COMPARISON = Table("comparison", Comparison, ("stream",))
POLICY = Table("policy", Policy, ("hash",))
POLICY_REGISTER = Table("book", PolicyRegister, ("name",))
SUBJECT = Table("subject", Subject, ("stream",))
PERSON = Table("person", Person, ("stream",), private=True)
UNIT_PERIOD = Table("unit_period", UnitPeriod, ("unit", "period"))
