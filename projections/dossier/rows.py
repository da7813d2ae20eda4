"""The rows of the dossier: what an appraisal consists of, beside its score."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from neraca.domain.appraisal.events import Evidence, Expectations, PlannedResult
from neraca.domain.vocabulary import Aspect, FollowUpKind, ObjectionOutcome, Perspective, Priority, Relation
from neraca.projecting.projection import Table


class Dossier(Struct):
    """`drafted` waits for approval; `planned` is the approved plan, result -> targets; `objection` counts.

    Reports and ratings from before the position `opened` are of an opening that was cancelled, and are not shown.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    plan: Literal["none", "drafted", "submitted", "returned", "approved"]
    feedback: str | None
    drafted: list[PlannedResult]
    planned: dict[str, list[str]]
    objection: int
    opened: int
    holds_from: int = 0


class PastDossier(Struct):
    agency: str
    stream: UUID
    holds_from: int
    held_until: int
    plan: str
    feedback: str | None
    opened: int


class PlanOrigin(Struct):
    """Of which work plan of the year, and which version of it, a plan is the share; None where it is its own.

    `due` is the last day on which it should have been fixed, where it came later and the policy marks that.
    """

    agency: str
    stream: UUID
    position: int
    plan: str | None
    version: int | None
    due: date | None


class Result(Struct):
    """A planned result of the approved plan; `level` is the appraiser's judgement, where the policy asks for one."""

    agency: str
    stream: UUID
    result: str
    nth: int
    title: str
    priority: Priority
    source: str
    level: str | None = None
    level_note: str | None = None
    level_position: int | None = None
    perspective: Perspective | None = None
    holds_from: int = 0


class PastResult(Struct):
    agency: str
    stream: UUID
    result: str
    holds_from: int
    held_until: int
    nth: int
    title: str
    priority: Priority
    source: str
    level: str | None
    level_note: str | None
    level_position: int | None
    perspective: Perspective | None


class Revision(Struct):
    """What a target was changed to; None left a value as it was."""

    position: int
    recorded_at: datetime
    reason: str
    value: Decimal | None
    weight: Decimal | None


class Target(Struct):
    """`actual` is what the last accepted report says, cumulative up to `until`. `feeds` is the fact it becomes."""

    agency: str
    stream: UUID
    result: str
    target: str
    nth: int
    indicator: str
    unit: str
    aspect: Aspect
    polarity: str
    value: Decimal | None
    weight: Decimal | None
    actual: Decimal | None
    until: date | None
    feeds: str | None
    revisions: list[Revision]
    expectations: Expectations | None = None
    holds_from: int = 0


class PastTarget(Struct):
    agency: str
    stream: UUID
    result: str
    target: str
    holds_from: int
    held_until: int
    nth: int
    indicator: str
    unit: str
    aspect: Aspect
    polarity: str
    value: Decimal | None
    weight: Decimal | None
    actual: Decimal | None
    until: date | None
    feeds: str | None
    revisions: list[Revision]
    expectations: Expectations | None


class Aside(Struct):
    """Of what the leader took over: the results as they were then, and the targets that are not in the plan. They come
    back into it where the result is given back.
    """

    agency: str
    stream: UUID
    results: list[Result]
    targets: list[Target]


class Report(Struct):
    """Progress on a target, or a day's activity. `happened` and `answered` are when it and the answer were given, which
    may be long before they were recorded.
    """

    agency: str
    stream: UUID
    report: str
    position: int
    reported_at: datetime
    happened: datetime
    kind: Literal["progress", "activity"]
    day: date
    result: str | None
    target: str | None
    actual: Decimal | None
    activity: str | None
    working_day: bool | None
    note: str | None
    evidence: list[Evidence]
    status: Literal["pending", "accepted", "returned"] = "pending"
    feedback: str | None = None
    settled_position: int | None = None
    settled_at: datetime | None = None
    answered: datetime | None = None
    holds_from: int = 0


class PastReport(Struct):
    agency: str
    stream: UUID
    report: str
    holds_from: int
    held_until: int
    position: int
    reported_at: datetime
    happened: datetime
    kind: Literal["progress", "activity"]
    day: date
    result: str | None
    target: str | None
    actual: Decimal | None
    activity: str | None
    working_day: bool | None
    note: str | None
    evidence: list[Evidence]
    status: Literal["pending", "accepted", "returned"]
    feedback: str | None
    settled_position: int | None
    settled_at: datetime | None
    answered: datetime | None


class ReportedDays(Struct):
    """When entries and reports of progress came: of each day the first (report_arrivals, of entries a line, of progress
    pairs), and those that came later of a day, by that day. What was returned is not among them, nor what is of a
    cancelled opening.
    """

    agency: str
    stream: UUID
    starts: date
    ends: date
    entries: bytes = b""
    progress: bytes = b""
    later_entries: dict[str, list[int]] = {}
    later_progress: dict[str, list[int]] = {}


class TimedReport(Struct):
    """How long a day's activity took, where that was said. It is of the report at the same `position` alone: an id may
    come again in an appraisal that was cancelled and opened anew.
    """

    agency: str
    stream: UUID
    report: str
    position: int
    minutes: int
    holds_from: int = 0


class PastTimedReport(Struct):
    agency: str
    stream: UUID
    report: str
    holds_from: int
    held_until: int
    position: int
    minutes: int


class Rating(Struct):
    """Of a rater who is not hidden (rater_privacy); whether everybody knows who it is is for the reader to ask."""

    agency: str
    stream: UUID
    rater: str
    relation: Relation
    scores: dict[str, Decimal]
    note: str | None
    status: Literal["given", "withdrawn"]
    reason: str | None
    revisions: int
    position: int
    recorded_at: datetime
    holds_from: int = 0


class PastRating(Struct):
    agency: str
    stream: UUID
    rater: str
    holds_from: int
    held_until: int
    relation: Relation
    scores: dict[str, Decimal]
    note: str | None
    status: Literal["given", "withdrawn"]
    reason: str | None
    revisions: int
    position: int
    recorded_at: datetime


class SealedRatings(Struct):
    """Of an appraisal, by rater: those that nobody reads before the time to rate is over."""

    agency: str
    stream: UUID
    ratings: dict[str, Rating]


class Explained(Struct):
    by: str
    explanation: str
    position: int
    recorded_at: datetime


class Objection(Struct):
    agency: str
    stream: UUID
    nth: int
    grounds: str
    filed: date
    position: int
    explanations: list[Explained]
    outcome: ObjectionOutcome | None = None
    reason: str | None = None
    decided: date | None = None
    decided_position: int | None = None


class FollowUp(Struct):
    agency: str
    stream: UUID
    position: int
    kind: FollowUpKind
    note: str
    due: date | None
    recorded_at: datetime


class SpecialExpectation(Struct):
    """What the leader expects besides in one value; the last of a value holds."""

    agency: str
    stream: UUID
    position: int
    indicator: str
    expectation: str
    recorded_at: datetime


DOSSIER_PAST = Table("dossier_past", PastDossier, ("stream", "holds_from"), append=True)
DOSSIER = Table("dossier", Dossier, ("stream",), past=DOSSIER_PAST)
PLAN_ORIGIN = Table("plan_origin", PlanOrigin, ("stream", "position"), append=True)
RESULT_PAST = Table("result_past", PastResult, ("stream", "result", "holds_from"), append=True)
RESULT = Table("result", Result, ("stream", "result"), past=RESULT_PAST)
TARGET_PAST = Table("target_past", PastTarget, ("stream", "result", "target", "holds_from"), append=True)
TARGET = Table("target", Target, ("stream", "result", "target"), past=TARGET_PAST)
ASIDE = Table("aside", Aside, ("stream",))
REPORT_PAST = Table("report_past", PastReport, ("stream", "report", "holds_from"), append=True)
REPORT = Table("report", Report, ("stream", "report"), past=REPORT_PAST, turns=("position",))
REPORTED_DAYS = Table("reported_days", ReportedDays, ("stream",))
TIMED_REPORT_PAST = Table("timed_report_past", PastTimedReport, ("stream", "report", "holds_from"), append=True)
TIMED_REPORT = Table("timed_report", TimedReport, ("stream", "report"), past=TIMED_REPORT_PAST)
RATING_PAST = Table("rating_past", PastRating, ("stream", "rater", "holds_from"), append=True)
RATING = Table("rating", Rating, ("stream", "rater"), past=RATING_PAST)
SEALED_RATINGS = Table("sealed_ratings", SealedRatings, ("stream",), private=True)
OBJECTION = Table("objection", Objection, ("stream", "nth"))
SPECIAL_EXPECTATION = Table("special_expectation", SpecialExpectation, ("stream", "position"), append=True)
FOLLOW_UP = Table("follow_up", FollowUp, ("stream", "position"), append=True)
