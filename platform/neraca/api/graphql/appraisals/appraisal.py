"""One person's appraisal in one period: the score as it stands, what it consists of, and how it came about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql import cohort as cohorts
from neraca.api.graphql import feedback, remuneration
from neraca.api.graphql.appraisals import (
    explanation,
    plan_and_reports,
    rater_assignments,
    ratings,
    row_completion,
    search,
)
from neraca.api.graphql.appraisals.documents import EvaluationDocument
from neraca.api.graphql.appraisals.rater_assignments import RaterAssignment
from neraca.api.graphql.appraisals.ratings import RaterGroup, Rating, RatingQuestion
from neraca.api.graphql.appraisals.rows import ROWS, TOLD_ROWS, AppraisalRow, ReportDay, ToldRow, ToldRows
from neraca.api.graphql.appraisals.search import AppraisalFilter
from neraca.api.graphql.employee import Employee, employee
from neraca.api.graphql.feedback import Feedback
from neraca.api.graphql.remuneration import Allowance, AllowanceFilter, CreditPoints
from neraca.api.graphql.service_record import tenure_of
from neraca.api.graphql.support import as_of, connections
from neraca.api.graphql.support.as_of import Moment
from neraca.api.graphql.support.connections import Page, Range
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import AppraisalStage, PlanStatus, Relation, ScoreStatus
from neraca.api.graphql.support.node import Node, node_id
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.told import Told
from neraca.api.graphql.support.visibility import reach
from neraca.domain import rater_privacy
from neraca.domain.agency import is_working_day
from neraca.domain.appraisal import reports
from neraca.domain.assignments import assignments_owed
from neraca.domain.period import parse
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.text_kinds import shown
from neraca.policy.compiled.compilation import CompiledPolicy

FACTS = frozenset({"explain", "evaluate"})
RANGED = frozenset({"reports", "history", "timeline"})
"""Long lists, of which no more is read than the rows that are asked for."""

SECTIONS: dict[str, frozenset[str]] = {
    "facts": FACTS,
    "facts_position": FACTS | {"levels"},
    "nodes": frozenset({"components"}),
    "incomplete": frozenset({"incomplete"}),
    "cohort": FACTS | {"cohort"},
    "person": frozenset({"employee"}),
    "plan": frozenset({"plan"}),
    "periods": frozenset({"periods"}),
    "targets": frozenset({"targets"}),
    "planned_results": frozenset({"targets.plannedResult"}),
    "results": frozenset({"results"}),
    "reports": frozenset({"reports"}),
    "work_days": frozenset({"workDays", "daysWithoutEntry"}),
    "report_days": frozenset({"reportsDue"}),
    "ratings": frozenset({"ratings", "raterGroups"}),
    "objections": frozenset({"objections"}),
    "documents": frozenset({"documents"}),
    "final_results": frozenset({"finalResults"}),
    "special_expectations": frozenset({"specialExpectations"}),
    "taken_over": frozenset({"takenOver", "explain"}),
    "guidance": frozenset({"guidance"}),
    "follow_ups": frozenset({"followUps"}),
    "time_limits": frozenset({"timeLimits"}),
    "history": frozenset({"history"}),
    "timeline": frozenset({"timeline"}),
}
"""The sections of `appraisals.sql`, and for which fields of an appraisal they are read."""

_OWN = frozenset({"version", "position"})
"""Fields of what happened last in an appraisal itself."""

PLAN = frozenset({"explain", "components", "raterGroups", "openGroups", "questions", "evaluate"})


@strawberry.type(description="The policy an appraisal is judged by.")
class PolicyName:
    id: str = strawberry.field(description="Id of the policy.")
    version: int = strawberry.field(description="Its version.")
    hash: str = strawberry.field(description="Hash of its resolved text.")


@strawberry.type(description="How far the plan is.")
class PlanState:
    status: PlanStatus = strawberry.field(description="How far it has come.")
    feedback: str | None = strawberry.field(description="What the appraiser wrote when returning it.")
    work_plan: str | None = strawberry.field(
        description="The months of the work plan of the year of which it is the share; null for a plan of its own."
    )
    work_plan_version: int | None = strawberry.field(
        description="By which event of the work plans' stream, counted from 1, that was fixed as it was taken."
    )
    due: date | None = strawberry.field(
        description="Set where it was fixed too late and the policy marks that: the last day on which it was in time."
    )
    terms: plan_and_reports.PlanTerms | None = strawberry.field(
        description="What it says beside results, as drafted, taken or revised last; null where it says nothing.",
        default=None,
    )


@strawberry.type(description="The appraisal of one employee in one period.")
class Appraisal(Node):
    row: strawberry.Private[AppraisalRow]
    judge: strawberry.Private[CompiledPolicy | None]

    @strawberry.field(description="Employee number of the person appraised.")
    def employee_number(self) -> str:
        return self.row.employee

    @strawberry.field(description="The person appraised; null before the roster has them.")
    def employee(self) -> Employee | None:
        return employee(self.row.person, Moment(self.row.as_of)) if self.row.person else None

    @strawberry.field(description="Label of the period: 2025, 2025-S1, 2025-Q3 or 2025-07.")
    def period(self) -> str:
        return self.row.period

    @strawberry.field(description="First day of the period.")
    def starts(self) -> date:
        return self.row.starts

    @strawberry.field(description="Last day of the period.")
    def ends(self) -> date:
        return self.row.ends

    @strawberry.field(description="Id of the unit.")
    def unit(self) -> str:
        return self.row.unit

    @strawberry.field(description="Employee number of the appraiser.")
    def appraiser(self) -> str:
        return self.row.appraiser

    @strawberry.field(description="Employee number of the appraiser's superior, who decides objections.")
    def reviewer(self) -> str | None:
        return self.row.reviewer

    @strawberry.field(description="How far the appraisal has come.")
    def stage(self) -> AppraisalStage:
        return self.row.stage

    @strawberry.field(description="What the score is worth.")
    def status(self) -> ScoreStatus:
        return self.row.status

    @strawberry.field(description="Why it is blocked.")
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(
        description="Whether an event that bears on it could not be taken in: lists here may lack something, and a "
        "score that would rest on it is withheld. The operator finds it with `neraca doctor`."
    )
    def incomplete(self) -> bool:
        return self.row.incomplete

    @strawberry.field(
        description="At the policy's final precision; null while blocked, or where the policy gives none."
    )
    def score(self) -> Decimal | None:
        return None if self.row.score is None else Decimal(self.row.score)

    @strawberry.field(description="Predikat, as the policy names it.")
    def predicate(self) -> str | None:
        return self.row.predicate

    @strawberry.field(description="The levels it was classified on.")
    def levels(self) -> list[explanation.Level]:
        return explanation.levels(self.row.levels)

    @strawberry.field(description='Version of the stream, for If-Match: `"v<version>"`.')
    def version(self) -> int:
        return self.row.version

    @strawberry.field(description="Position of the last event of its own.")
    def position(self) -> Position:
        return Position(self.row.position)

    @strawberry.field(description="When that was recorded.")
    def recorded_at(self) -> datetime:
        return self.row.recorded_at

    @strawberry.field(description="The policy that judges it; null where none is in force.")
    def policy(self) -> PolicyName | None:
        row = self.row
        if row.policy_id is None or row.policy_version is None or row.policy_hash is None:
            return None
        return PolicyName(id=row.policy_id, version=row.policy_version, hash=row.policy_hash)

    @strawberry.field(
        description="Another rule that has come to hold for the period since its result was fixed, which stays as it "
        "is; null where none has."
    )
    def superseded_rule(self) -> plan_and_reports.SupersededRule | None:
        return self.row.superseded_rule

    @strawberry.field(description="The policy's tree with the values of this appraisal.")
    def components(self) -> list[explanation.ScoreNode]:
        return explanation.components(self.judge, self.row.nodes) if self.judge else []

    @strawberry.field(description="Every step from facts to predicate, with events, lines of the policy and law.")
    def explain(self) -> list[explanation.Step]:
        if self.row.joined is not None:
            annual = self.judge is not None and self.judge.annual and parse(self.row.period).cycle == "year"
            return explanation.joined(self.row.agency, self.row.joined, annual=annual)
        if self.judge is None or self.row.facts is None:
            return []
        judged = explanation.judge(self.row.agency, self.judge, self.row.facts)
        moved = self.row.cohort.calibrated if self.row.cohort else None
        computed = self.row.predicate if moved is None else moved.computed
        if self.row.status is ScoreStatus.FINAL and (judged.score, judged.predicate) != (self.score(), computed):
            # Fixed before small groups were left out.
            return explanation.withheld()
        taken_over = explanation.taken_over(self.row.agency, self.row.taken_over or [])
        if moved is None:
            return [*taken_over, *judged.explain]
        return [*taken_over, *judged.explain, explanation.calibrated(self.row.agency, moved, self.row.predicate)]

    @strawberry.field(
        description="What it would be under another policy of the agency: a hash, `<id>@<version>` or an id."
    )
    async def evaluate(self, info: Info, policy: str) -> explanation.Explanation:
        published = await info.context.policies.by_ref(self.row.agency, policy)
        if published is None:
            raise client_error(
                "NOT_FOUND", f"{self.row.agency} has published no policy {shown(policy)}; `policies` lists them"
            )
        facts = await row_completion.facts(info.context, self.row, published)
        return explanation.judge(self.row.agency, published.plan, facts)

    @strawberry.field(
        description="Credit points (angka kredit) that follow from it, by career level. For the person themselves, HR, "
        "officials and auditors; null for others."
    )
    async def credit(self, info: Info) -> list[CreditPoints] | None:
        row = self.row
        if not _sees_pay(info, row):
            return None
        return await remuneration.points_of(info.context, row.agency, row.employee, row.period, row.as_of)

    @strawberry.field(
        description="Allowances (TPP) that rest on it, by month. For the person themselves, HR, officials and "
        "auditors; null for others."
    )
    async def allowances(self, info: Info, first: int = connections.DEFAULT, after: int = 0) -> list[Allowance] | None:
        row = self.row
        if not _sees_pay(info, row):
            return None
        connections.checked(first, after)
        found = await remuneration.allowances(
            info.context,
            row.agency,
            row.as_of,
            AllowanceFilter(employee=row.employee),
            connections.Page(first + after),
            appraisal=row.period,
        )
        return [Allowance(row=one, own=one) for one in connections.part(found, first, after)]

    @strawberry.field(
        description="What the cohort of the appraiser means for it; null where there is none, or it is not in it."
    )
    async def cohort(self, info: Info) -> cohorts.AppraisalCohort | None:
        row = self.row
        told = await cohorts.of_appraisal(info.context, row.agency, row.appraiser, row.period, row.employee, row.as_of)
        # A result that was amended since is the superior's, who moved nobody in a cohort.
        if told is not None and row.status is ScoreStatus.FINAL and (row.cohort is None or not row.cohort.calibrated):
            told.calibration = None
        return told

    @strawberry.field(description="How far the plan is.")
    def plan(self) -> PlanState:
        plan = self.row.plan
        if plan is None:
            return PlanState(status=PlanStatus.NONE, feedback=None, work_plan=None, work_plan_version=None, due=None)
        return PlanState(
            status=plan.status,
            feedback=plan.feedback,
            work_plan=plan.work_plan,
            work_plan_version=plan.work_plan_version,
            due=plan.due,
            terms=plan.terms,
        )

    @strawberry.field(
        description="Of a year or another whole: how the appraisals of the periods within it stand, in order of time. "
        "Where the year is judged anew, they are beside it and not in its number."
    )
    def periods(self) -> list[plan_and_reports.PeriodResult]:
        return self.row.periods or []

    @strawberry.field(description="Planned results of the approved plan.")
    def results(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.PlannedResult]:
        return connections.part(self.row.results or [], first, after)

    @strawberry.field(description="Targets of the approved plan, in its order.")
    def targets(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.Target]:
        return connections.part(self.row.targets or [], first, after)

    @strawberry.field(description="Reports, in the order they came.")
    def reports(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.Report]:
        return connections.read_part(self.row.reports, first, after)

    @strawberry.field(description="Days with an entry of what was done, and how long it took, in order.")
    def work_days(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.WorkDay]:
        return connections.part(self.row.work_days or [], first, after)

    @strawberry.field(
        description="Working days of the period in service, up to the day it is read as of, without an entry of work; "
        "null where the policy asks for none by the day, and where parts were joined, which have their own."
    )
    async def days_without_entry(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[date] | None:
        row = self.row
        if row.policy_hash is None or row.day is None or row.joined is not None:
            return None
        published = await info.context.policies.by_hash(row.agency, row.policy_hash)
        if published is None or not published.rules.reporting.daily:
            return None
        told = {one.day for one in row.work_days or []}
        agency = info.context.parts.agencies[row.agency]
        tenure = await tenure_of(info.context, row.agency, row.employee, row.as_of)
        # Nobody owes an entry of a day before they came or after they left, or of one that an exemption takes out.
        owed = [(since, until) for since, until, _ in assignments_owed(tenure, row.starts, row.ends)]
        wanted = reports.days_wanting_entry(agency, row.starts, row.ends, row.day)
        left = [day for day in wanted if day not in told and any(since <= day <= until for since, until in owed)]
        return connections.part(left, first, after)

    @strawberry.field(
        description="In the rhythm that the policy or else the agency picks, the weeks, months, quarters, half-years "
        "or years in service that end in the period and have begun by the day it is read as of: whether progress was "
        "reported, and whether late. Null where entries are made by the day, and where parts were joined."
    )
    async def reports_due(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[plan_and_reports.ReportDue] | None:
        row, agency = self.row, info.context.parts.agencies[self.row.agency]
        if row.policy_hash is None or row.day is None or row.joined is not None:
            return None
        published = await info.context.policies.by_hash(row.agency, row.policy_hash)
        cadence = (published and published.rules.reporting.cadence) or agency.reporting.cadence
        if cadence == "daily":
            return None
        tenure = await tenure_of(info.context, row.agency, row.employee, row.as_of)
        owed = [(since, until) for since, until, _ in assignments_owed(tenure, row.starts, row.ends)]

        def works(day: date) -> bool:
            return is_working_day(agency, day) and any(since <= day <= until for since, until in owed)

        begun = [one for one in stretches(cadence, row.starts, row.ends, works) if one.since <= row.day]
        within, known = agency.reporting.in_time_days, row.report_days or []
        return connections.part([_report_due(one, within, known, row.day) for one in begun], first, after)

    @strawberry.field(description="Ratings of those who are not of an anonymous group.")
    def ratings(self, first: int = connections.DEFAULT, after: int = 0) -> list[Rating]:
        return connections.part(ratings.shown(self.row.ratings or []), first, after)

    @strawberry.field(description="Who rated, by relation: how many, and whether it is shown.")
    def rater_groups(self) -> list[RaterGroup]:
        return ratings.groups(self.row.ratings or [], self.judge, self.row.closed)

    @strawberry.field(description="What a rater in this relation is asked, in the order of the policy that judges.")
    def questions(self, relation: Relation) -> list[RatingQuestion]:
        return [] if self.judge is None else ratings.questions(self.judge, relation)

    @strawberry.field(
        description="Who is or was assigned to rate, by number. For HR, officials and auditors, and for whoever "
        "appraises where the policy says so, but never for the employee; null for others, as of the past, and where "
        "the policy assigns nobody."
    )
    async def assignments(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[RaterAssignment] | None:
        found = await rater_assignments.of_appraisal(info.context, self.row)
        return None if found is None else connections.part(found, first, after)

    @strawberry.field(
        description="Anonymous groups whose ratings do not count yet in what is shown: they close, all at once, with "
        "the first final result, or before a cohort is judged."
    )
    def open_groups(self) -> list[Relation]:
        return ratings.open_groups(self.judge, self.row.closed)

    @strawberry.field(description="Objections, in the order they were filed.")
    def objections(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.Objection]:
        return connections.part(self.row.objections or [], first, after)

    @strawberry.field(description="Evaluation documents that were issued, oldest first: one for each result.")
    def documents(self, first: int = connections.DEFAULT, after: int = 0) -> list[EvaluationDocument]:
        return connections.part(self.row.documents or [], first, after)

    @strawberry.field(
        description="Each time the result was fixed, oldest first: before and after an objection, and again where what "
        "it is joined from was. The last one stands, unless the appraisal is open again."
    )
    def final_results(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.FinalResult]:
        return connections.part(self.row.final_results or [], first, after)

    @strawberry.field(
        description="What the leader expects besides in a value, in the order it was said: the last of each value."
    )
    def special_expectations(
        self, first: int = connections.DEFAULT, after: int = 0
    ) -> list[plan_and_reports.SpecialExpectation]:
        return connections.part(self.row.special_expectations or [], first, after)

    @strawberry.field(
        description="Planned results that the appraiser took over, for the judge to read; of a plan of the year those "
        "that had left it by the end of the period."
    )
    def taken_over(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.TakenOver]:
        return connections.part(self.row.taken_over or [], first, after)

    @strawberry.field(
        description="Coaching and counselling in the year, in the order they were recorded, for the judge to read."
    )
    def guidance(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.Guidance]:
        return connections.part(self.row.guidance or [], first, after)

    @strawberry.field(
        description="Feedback in words, of one planned result or value where one is named: input to whoever judges, "
        "in no number. A leader's is read at once. That of colleagues is read by the appraiser and the reviewer, "
        "without names; by everybody else once a result was final, of three or more who stand alike to the employee."
    )
    async def feedback(
        self,
        info: Info,
        result: str | None = None,
        indicator: str | None = None,
        first: int = connections.DEFAULT,
        after: int = 0,
    ) -> list[Feedback]:
        found = await feedback.of_appraisal(info.context, self.row, result, indicator)
        return connections.part(found, first, after)

    @strawberry.field(description="What followed from the result.")
    def follow_ups(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.FollowUp]:
        return connections.part(self.row.follow_ups or [], first, after)

    @strawberry.field(
        description="Time limits since it was opened, in order of the log, but for those of assigned raters. `due` "
        "says until when those last that run."
    )
    def time_limits(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.TimeLimit]:
        return connections.part(self.row.time_limits or [], first, after)

    @strawberry.field(description="Every change of the score with its cause, oldest first.")
    def history(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.ScoreChange]:
        return connections.read_part(self.row.history, first, after)

    @strawberry.field(description="Everything that happened in it, oldest first.")
    def timeline(self, first: int = connections.DEFAULT, after: int = 0) -> list[plan_and_reports.TimelineEntry]:
        return connections.read_part(self.row.timeline, first, after)


def _report_due(
    stretch: Stretch, within: int | None, known: Sequence[ReportDay], today: date
) -> plan_and_reports.ReportDue:
    reported = min((one.reported for one in known if stretch.since <= one.until <= stretch.last), default=None)
    in_time_until = None if within is None else stretch.last + timedelta(days=within)
    return plan_and_reports.ReportDue(
        since=stretch.since,
        last=stretch.last,
        in_time_until=in_time_until,
        reported=reported,
        late=in_time_until is not None and (reported or today) > in_time_until,
    )


def _sees_pay(info: Info, row: AppraisalRow) -> bool:
    access_scope = info.context.scope_of(row.agency)
    return access_scope is not None and remuneration.may_see(access_scope, info.context, row.employee)


async def read(
    context: RequestContext,
    access_scope: AccessScope,
    where: AppraisalFilter,
    at: Page,
    fields: frozenset[str],
    *,
    ranges: Mapping[str, Sequence[Range]],
    total: bool = False,
    position: int | None = None,
) -> tuple[list[AppraisalRow], int | None]:
    """One statement, of the present or as of a position; `fields` are the GraphQL names asked for of each.

    `ranges` say which rows of its long lists.
    """
    params = await _params(context, access_scope, where, at, position)
    for name in RANGED:
        asked = ranges.get(name, ())
        params |= {f"{name}_first": [one.first for one in asked], f"{name}_after": [one.after for one in asked]}
    sections = _sections(params, at, position, total=total) | {"each", "whole", "own"}
    sections |= {name for name, asked in SECTIONS.items() if not fields.isdisjoint(asked)}
    found = await context.parts.reads.one(access_scope.agency, "graphql/appraisals", params, sections)
    return await row_completion.completed(context, ROWS.decode(found["rows"]), fields), found.get("total")


async def read_told(
    context: RequestContext,
    access_scope: AccessScope,
    where: AppraisalFilter,
    at: Page,
    fields: frozenset[str],
    expression: str,
    *,
    edges: bool = False,
    total: bool = False,
    position: int | None = None,
) -> ToldRows:
    """As `read`, where the `expression` tells all that is asked for: of each row, or of its edge, and then the `edges`
    are told as one text.
    """
    params = await _params(context, access_scope, where, at, position)
    sections = _sections(params, at, position, total=total) | {"told", "edges" if edges else "each"}
    if not fields.isdisjoint(_OWN):
        sections |= {"own"}
    found = await context.parts.reads.one(access_scope.agency, "graphql/appraisals", params, sections, expression)
    return ToldRows(TOLD_ROWS.decode(found["rows"]), found.get("edges") or b"", found.get("total"))


def told(row: ToldRow) -> Any:
    """In the place of an Appraisal, where a plan asks for it."""
    return Told(row.told)


async def _params(
    context: RequestContext, access_scope: AccessScope, where: AppraisalFilter, at: Page, position: int | None
) -> dict[str, Any]:
    return {
        **await reach(context, access_scope.agency, access_scope.reader, position),
        **as_of.moment(position),
        **where.params(),
        **at.params("employee", "period"),
        "time_zone": context.parts.agencies[access_scope.agency].time_zone,
        "rating_events": [*rater_privacy.RATING_EVENTS],
    }


def _sections(params: Mapping[str, Any], at: Page, position: int | None, *, total: bool) -> frozenset[str]:
    given = {name for name, param in search.SECTIONS.items() if params[param] is not None}
    return as_of.sections(position) | at.sections | given | ({"total"} if total else set[str]())


async def plans(
    context: RequestContext, rows: Iterable[AppraisalRow], fields: frozenset[str]
) -> dict[str, CompiledPolicy]:
    """Policy hash -> plan, each looked up once; nothing where no field needs one."""
    if fields.isdisjoint(PLAN):
        return {}
    wanted = {(row.agency, row.policy_hash) for row in rows if row.policy_hash}
    found: dict[str, CompiledPolicy] = {}
    for agency, hash_ in sorted(wanted):
        published = await context.policies.by_hash(agency, hash_)
        if published is not None:
            found[hash_] = published.plan
    return found


def appraisal(row: AppraisalRow, plans: dict[str, CompiledPolicy]) -> Appraisal:
    return Appraisal(
        id=node_id(f"{row.agency}/appraisal/{row.employee}/{row.period}", Moment(row.as_of)),
        row=row,
        judge=plans.get(row.policy_hash) if row.policy_hash else None,
    )
