"""An appraisal as a statement gives it, before it is what GraphQL shows."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from neraca.api.graphql.appraisals import plan_and_reports
from neraca.api.graphql.appraisals.documents import EvaluationDocument
from neraca.api.graphql.appraisals.ratings import RatingRow
from neraca.api.graphql.employee import EmployeeRow
from neraca.api.graphql.support.connections import Part
from neraca.api.graphql.support.enums import AppraisalStage, PlanStatus, ScoreStatus
from neraca.domain.appraisal.events import InCohort, Joined
from neraca.domain.facts import Facts
from neraca.domain.vocabulary import PositionClass
from neraca.service.as_of import AppraisalKey


class PlanRow(Struct, frozen=True):
    status: PlanStatus
    feedback: str | None
    work_plan: str | None = None
    work_plan_version: int | None = None
    due: date | None = None
    terms: plan_and_reports.PlanTerms | None = None


class ReportDay(Struct, frozen=True):
    """That progress up to a day was reported, and on which day first."""

    until: date
    reported: date


class AppraisalRow(Struct, frozen=True):
    """What appraisals.sql gives; what was not asked for is None or empty.

    `facts` are those the score stands on. `day` is the legal day it is read on, that of `as_of` where there is one, and
    `as_of` is the position it was read as of, None for the present.
    `closed` is None as long as the anonymous groups are open, and then tells how many were in each, None below its
    floor.
    `key` is what comes before the number and the period in the order that was asked for.
    `cohort` is there of a final result that was fixed in one.
    `joined` is there, and no facts, where the result was joined from those of parts.
    `facts_position` is there for a fixed score whose facts are not kept: up to where the log must be folded for them.
    """

    agency: str
    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None
    stage: AppraisalStage
    version: int
    policy_hash: str | None
    status: ScoreStatus
    score: str | None
    predicate: str | None
    position: int
    recorded_at: datetime
    key: str | int | None = None
    reason: str | None = None
    person: EmployeeRow | None = None
    plan: PlanRow | None = None
    reports: list[Part[plan_and_reports.Report]] | None = None
    objections: list[plan_and_reports.Objection] | None = None
    documents: list[EvaluationDocument] | None = None
    special_expectations: list[plan_and_reports.SpecialExpectation] | None = None
    taken_over: list[plan_and_reports.TakenOver] | None = None
    guidance: list[plan_and_reports.Guidance] | None = None
    follow_ups: list[plan_and_reports.FollowUp] | None = None
    history: list[Part[plan_and_reports.ScoreChange]] | None = None
    timeline: list[Part[plan_and_reports.TimelineEntry]] | None = None
    final_results: list[plan_and_reports.FinalResult] | None = None
    superseded_rule: plan_and_reports.SupersededRule | None = None
    time_limits: list[plan_and_reports.TimeLimit] | None = None
    policy_id: str | None = None
    policy_version: int | None = None
    levels: dict[str, str] = {}
    nodes: dict[str, str | None] = {}
    facts: Facts | None = None
    targets: list[plan_and_reports.Target] | None = None
    results: list[plan_and_reports.PlannedResult] | None = None
    work_days: list[plan_and_reports.WorkDay] | None = None
    report_days: list[ReportDay] | None = None
    day: date | None = None
    ratings: list[RatingRow] | None = None
    periods: list[plan_and_reports.PeriodResult] | None = None
    position_class: PositionClass | None = None
    facts_position: int | None = None
    as_of: int | None = None
    joined: Joined | None = None
    cohort: InCohort | None = None
    closed: dict[str, int | None] | None = None
    incomplete: bool = False

    @property
    def whose(self) -> AppraisalKey:
        return AppraisalKey(self.agency, self.employee, self.period, self.starts, self.ends, self.position_class)


class ToldRow(Struct, frozen=True):
    """Of which the statement itself has told what is asked for."""

    employee: str
    period: str
    key: str | int | None = None
    told: msgspec.Raw = msgspec.Raw(b"null")


class ToldRows(Struct, frozen=True):
    """`edges` are those of a page, without its brackets, where they were asked for instead of what is told of each."""

    rows: list[ToldRow]
    edges: bytes
    total: int | None


ROWS = msgspec.json.Decoder(list[AppraisalRow])
TOLD_ROWS = msgspec.json.Decoder(list[ToldRow])
