"""An agency, and the way to everything in it that whoever asks may see."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Annotated

import msgspec
import strawberry
from strawberry.scalars import JSON

from neraca.api import event_log as log
from neraca.api import outcome_counts
from neraca.api.authentication import AccessScope
from neraca.api.graphql import (
    achievements,
    appointment,
    candidacy,
    cohort,
    competency_standard,
    development,
    feedback,
    open_deadline,
    policy,
    policy_proposal,
    programme,
    remuneration,
    service_times,
    simulation,
    unit_head,
    work_plan,
)
from neraca.api.graphql.achievements import Achievement
from neraca.api.graphql.appointment import Appointment
from neraca.api.graphql.appraisals import appraisal
from neraca.api.graphql.appraisals.appraisal import Appraisal
from neraca.api.graphql.appraisals.explanation import named
from neraca.api.graphql.appraisals.rows import AppraisalRow, ToldRow
from neraca.api.graphql.appraisals.search import AppraisalFilter, AppraisalOrder, search
from neraca.api.graphql.candidacy import Candidacy, CandidacyFilter, ConsideredCount
from neraca.api.graphql.cascade import plan_tree
from neraca.api.graphql.cascade.plan_tree import PlanTree
from neraca.api.graphql.cohort import Cohort, CohortFilter
from neraca.api.graphql.competency_standard import CompetencyStandard
from neraca.api.graphql.development import LowRatedPerson, TrainingPlan
from neraca.api.graphql.employee import Employee, EmployeeFilter, EmployeeOrder, EmployeeRow, employee
from neraca.api.graphql.feedback import FeedbackRequest, OwnFeedback
from neraca.api.graphql.open_deadline import OpenDeadline
from neraca.api.graphql.policy import Policy
from neraca.api.graphql.policy_proposal import PolicyProposal
from neraca.api.graphql.programme import Programme
from neraca.api.graphql.remuneration import Allowance, AllowanceFilter, Ceiling
from neraca.api.graphql.reports.agency_reports import AgencyReports
from neraca.api.graphql.service_times import ServiceTimes, TimeSource
from neraca.api.graphql.simulation import Simulation
from neraca.api.graphql.support import arguments, as_of, connections
from neraca.api.graphql.support.as_of import PRESENT_MOMENT, Moment
from neraca.api.graphql.support.connections import (
    BY_KEY,
    IN_FILTER,
    Connection,
    Order,
    Page,
    in_order,
    narrowed,
    page,
)
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import AgencyKind, AgencyStage, CandidacyKind, ScoreStatus
from neraca.api.graphql.support.node import Node, node_id
from neraca.api.graphql.support.scalars import Position
from neraca.api.graphql.support.selection import in_sql, ranges, selected
from neraca.api.graphql.support.visibility import reach
from neraca.api.graphql.unit_head import UnitHead
from neraca.api.graphql.work_plan import WorkPlan
from neraca.domain import agency as domain
from neraca.domain.rater_privacy import WITHHELD_EVENTS
from neraca.domain.registry import EVENTS
from neraca.domain.text_kinds import shown
from neraca.domain.validation import suggestion

_EMPLOYEES = msgspec.json.Decoder(list[EmployeeRow])
_OF_EMPLOYEES = {"of_reader": "reader"} | {
    f"of_{name}": name for name in ("employee", "unit", "employment_type", "position_class", "supervisor")
}
"""The sections of `employees.sql` that say which, and the parameter that is given where they are."""


@strawberry.enum(description="What a summary counts by.")
class GroupBy(Enum):
    OUTCOME = strawberry.enum_value("outcome", description="Predicate, or blocked.")
    UNIT = strawberry.enum_value("unit", description="The office.")
    UNIT_AND_OUTCOME = strawberry.enum_value("both", description="The office, and predicate or blocked.")


@strawberry.type(description="How many people.")
class OutcomeCount:
    unit: str | None = strawberry.field(description="Id of the unit; null when not counted by unit.")
    outcome: str | None = strawberry.field(description="A predicate, or blocked; null when not counted by it.")
    people: int = strawberry.field(description="Appraisals of the period.")


_COUNTS = msgspec.json.Decoder(list[OutcomeCount])


@strawberry.type(description="An office of an agency (perangkat daerah).")
class OrganisationalUnit:
    id: str = strawberry.field(description="Short name within the agency.")
    activated: date | None = strawberry.field(description="The day from which it takes part; null if not yet.")
    independent: bool = strawberry.field(
        description="Whether it stands by itself (unit kerja mandiri), so that the result of its head is final."
    )
    access_scope: strawberry.Private[AccessScope]
    names: strawberry.Private[dict[str, str]]
    agency: strawberry.Private[str]
    when: strawberry.Private[Moment]

    @property
    def position(self) -> int | None:
        """Raises an error with code NOT_BY_DAY."""
        return self.when.recorded()

    @strawberry.field(description="Name.")
    def name(self, language: str = "id") -> str:
        return named(self.names, language, self.id)

    @strawberry.field(
        description="Its training plans by period, or that of one. For its head, HR, officials and auditors, and null "
        "for others."
    )
    async def training_plans(
        self, info: Info, period: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[TrainingPlan] | None:
        arguments.period("period", period)
        if not await development.may_see_unit(info.context, self.access_scope, self.id):
            return None
        found = await development.training_plans(info.context, self.access_scope.agency, self.id, period, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Whose final result of a period asks for training and who has none in its plan, by employee "
        "number. For its head, HR, officials and auditors; null for others."
    )
    async def without_training(
        self, info: Info, period: str, first: int = connections.DEFAULT, after: int = 0
    ) -> list[LowRatedPerson] | None:
        if not await development.may_see_unit(info.context, self.access_scope, self.id):
            return None
        found = await development.without_training(
            info.context, self.access_scope.agency, self.id, period, self.position
        )
        return connections.part(found, first, after)

    @strawberry.field(
        description="What it achieved, in one period or by period, the earliest first: whether that was the target, "
        "and what it will mend."
    )
    async def achievements(
        self, info: Info, period: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[Achievement]:
        arguments.period("period", period)
        found = await achievements.read(info.context, self.agency, self.id, period, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Response and queue times of its services, of one period or by period, the earliest first: what "
        "was imported from which system, and what an official confirmed. They tell of services, and of nobody."
    )
    async def service_times(
        self, info: Info, period: str | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[ServiceTimes]:
        arguments.period("period", period)
        found = await service_times.read(info.context, self.agency, self.id, period, self.position)
        return connections.part(found, first, after)


@strawberry.type(description="One event of the log.")
class Event(Node):
    position: Position = strawberry.field(description="Its number in the agency's log.")
    stream: strawberry.ID | None = strawberry.field(description="What it happened to; null where that is withheld.")
    version: int | None = strawberry.field(description="Its number in the stream; null where that is withheld.")
    type: str = strawberry.field(description="Such as appraisal.opened; withheld where it tells of one rating.")
    recorded_at: datetime | None = strawberry.field(description="When it was appended; null where that is withheld.")
    masked: bool = strawberry.field(description="Whether something was taken out for this reader.")
    envelope: JSON = strawberry.field(description="Who, for whom, when, because of what; and what happened (`body`).")


@strawberry.input(description="Which events: those of which all holds that is said.")
class EventFilter:
    types: list[str] | None = strawberry.field(default=None, description="Of these types, such as appraisal.opened.")


@strawberry.type(description="A city or district: a ledger of its own.")
class Agency(Node):
    of: strawberry.Private[domain.Agency]
    access_scope: strawberry.Private[AccessScope]
    when: strawberry.Private[Moment]

    @property
    def position(self) -> int | None:
        """Raises an error with code NOT_BY_DAY."""
        return self.when.recorded()

    @strawberry.field(description="The position it is read as of; null for the present. Names and units stay today's.")
    def as_of(self) -> Position | None:
        return None if self.when.position is None else Position(self.when.position)

    @strawberry.field(description="The day by which it is read; null for that of reading, or of recording `asOf`.")
    def effective_at(self) -> date | None:
        return self.when.day

    @strawberry.field(description="Name.")
    def name(self, language: str = "id") -> str:
        return named(self.of.name, language, self.of.id)

    @strawberry.field(description="What kind of government it is.")
    def kind(self) -> AgencyKind:
        return AgencyKind(self.of.kind)

    @strawberry.field(description="In which its legal days are counted.")
    def time_zone(self) -> str:
        return self.of.time_zone

    @strawberry.field(description="Whether its numbers count.")
    def stage(self) -> AgencyStage:
        return AgencyStage(self.of.stage)

    @strawberry.field(description="Languages it writes in, the first one first.")
    def languages(self) -> list[str]:
        return list(self.of.languages)

    @strawberry.field(description="Its offices.")
    def units(self, first: int = connections.MOST, after: int = 0) -> list[OrganisationalUnit]:
        return connections.part([self._unit(id_) for id_ in self.of.units], first, after)

    @strawberry.field(description="One of its offices, by its short name; null if it has none of the name.")
    def unit(self, id: str) -> OrganisationalUnit | None:  # noqa: A002 - as it is called in the answer
        return self._unit(id) if id in self.of.units else None

    def _unit(self, id_: str) -> OrganisationalUnit:
        unit = self.of.units[id_]
        return OrganisationalUnit(
            id=id_,
            activated=unit.activated,
            independent=unit.independent,
            access_scope=self.access_scope,
            names=unit.name,
            agency=self.of.id,
            when=self.when,
        )

    @strawberry.field(description="The systems outside that service times are imported from.")
    async def time_sources(self, info: Info, first: int = connections.DEFAULT, after: int = 0) -> list[TimeSource]:
        found = await service_times.sources(info.context, self.access_scope, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Who heads each office on a day, of those the reader may see; today if none is named here or by "
        "`effectiveAt`."
    )
    async def heads(
        self, info: Info, on: date | None = None, first: int = connections.MOST, after: int = 0
    ) -> list[UnitHead]:
        found = await unit_head.read(info.context, self.access_scope, on or self.when.day, self.when.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Employees, by number if no other order is asked for: all, or the reader and those who report to "
        "the reader. Pages, of 50 if no number is said, go on from `after`, or with `last` and `before` the other "
        "way; a cursor is of its order."
    )
    async def employees(
        self,
        info: Info,
        unit: Annotated[str | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: EmployeeFilter | None = None,  # noqa: A002 - as others call it
        order_by: EmployeeOrder | None = None,
    ) -> Connection[Employee]:
        where = narrowed(filter or EmployeeFilter(), {"unit": unit})
        arguments.number("supervisor", where.supervisor)
        at = page(info.context, 1, first, after, last, before, _order(order_by))
        total = "totalCount" in selected(info)
        rows, count = await read_employees(info.context, self.access_scope, where, at, total=total, when=self.when)
        return at.connection(
            rows, lambda row: at.key(row.key, row.employee), lambda row: employee(row, self.when), count
        )

    @strawberry.field(
        description="Appraisals, by employee number and period if no other order is asked for, as many as the reader "
        "may see. Pages, of 50 if no number is said, go on from `after`, or with `last` and `before` the other "
        "way; a cursor is of its order."
    )
    async def appraisals(
        self,
        info: Info,
        period: Annotated[str | None, IN_FILTER] = None,
        unit: Annotated[str | None, IN_FILTER] = None,
        predicate: Annotated[str | None, IN_FILTER] = None,
        status: Annotated[ScoreStatus | None, IN_FILTER] = None,
        employee: Annotated[str | None, IN_FILTER] = None,
        without_entry_on: Annotated[date | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: AppraisalFilter | None = None,  # noqa: A002 - as others call it
        order_by: AppraisalOrder | None = None,
    ) -> Connection[Appraisal]:
        where = search(
            filter,
            period=period,
            unit=unit,
            predicate=predicate,
            status=status,
            employee=employee,
            without_entry_on=without_entry_on,
        )
        at = page(info.context, 2, first, after, last, before, _order(order_by))
        fields = selected(info, "edges", "node")
        edges, nodes = in_sql(info, "edges"), in_sql(info, "edges", "node")
        if (told := edges or nodes) is not None:
            read = await appraisal.read_told(
                info.context,
                self.access_scope,
                where,
                at,
                fields,
                told,
                edges=edges is not None,
                total="totalCount" in selected(info),
                position=self.position,
            )
            if edges is not None:
                return at.told(read.rows, _place_in(at), read.edges, read.total)
            return at.connection(read.rows, _place_in(at), appraisal.told, read.total)
        rows, count = await appraisal.read(
            info.context,
            self.access_scope,
            where,
            at,
            fields,
            ranges=ranges(info, appraisal.RANGED, "edges", "node"),
            total="totalCount" in selected(info),
            position=self.position,
        )
        plans = await appraisal.plans(info.context, rows, fields)
        return at.connection(rows, _place_in(at), lambda row: appraisal.appraisal(row, plans), count)

    @strawberry.field(
        description="Cohorts by appraiser and period: all, or one's own and those of who is below one. Pages from "
        "either end, as those of appraisals."
    )
    async def cohorts(
        self,
        info: Info,
        period: Annotated[str | None, IN_FILTER] = None,
        appraiser: Annotated[str | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: CohortFilter | None = None,  # noqa: A002 - as others call it
    ) -> Connection[Cohort]:
        where = narrowed(filter or CohortFilter(), {"period": period, "appraiser": appraiser})
        arguments.period("period", where.period)
        arguments.number("appraiser", where.appraiser)
        at = page(info.context, 2, first, after, last, before)
        total = "totalCount" in selected(info)
        found, count = await cohort.read(
            info.context, self.access_scope, where, at, total=total, position=self.position
        )
        return at.connection(found, lambda one: (one.opened.appraiser, one.opened.period), lambda one: one, count)

    @strawberry.field(description="One appraisal; null if it is not there, or not for this reader.")
    async def appraisal(self, info: Info, employee: str, period: str) -> Appraisal | None:
        arguments.number("employee", employee)
        arguments.period("period", period)
        return await one_appraisal(info, self, employee, period, selected(info))

    @strawberry.field(
        description="The work plans of an employee, of one year or of all: the reader's own, those of whom the reader "
        "is above, or everybody's for those who see the agency."
    )
    async def work_plans(
        self, info: Info, employee: str, year: int | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[WorkPlan]:
        arguments.number("employee", employee)
        found = await work_plan.read(info.context, self.access_scope, employee, year, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="What serves what in the plans of a year, from the region's vision to people's results: each "
        "reader their own chain upwards, heads their office, and those who see the agency all of it."
    )
    async def plan(self, info: Info, year: int) -> PlanTree:
        return await plan_tree.read(info.context, self.access_scope, year, self.position)

    @strawberry.field(
        description="Programmes and teams by id. What they are for and came to is for everybody in the agency, who is "
        "in them for members, those above them, and those who see everybody's appraisal. Pages from either end, as "
        "those of appraisals."
    )
    async def programmes(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Programme]:
        at = page(info.context, 1, first, after, last, before)
        found = await programme.read(info.context, self.access_scope, self.position, at)
        return at.connection(found, lambda one: (one.programme,), lambda one: one, None)

    @strawberry.field(description="One programme or team by its id (`name`); null if there is none.")
    async def programme(self, info: Info, name: str) -> Programme | None:
        found = await programme.read(info.context, self.access_scope, self.position, Page(1), programme=name)
        return found[0] if found else None

    @strawberry.field(
        description="What is due of a person, and to them in their own appraisals, late first: as far as the reader "
        "may see those appraisals. As of the past it is what was open then, by the calendar of today."
    )
    async def due(
        self, info: Info, person: str, first: int = connections.DEFAULT, after: int = 0
    ) -> list[OpenDeadline]:
        arguments.number("person", person)
        found = await open_deadline.read(info.context, self.access_scope, person, self.position)
        return connections.part(found, first, after)

    @strawberry.field(description="What feedback the reader is asked for and has not answered yet, newest first.")
    async def feedback_asked_of_me(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[FeedbackRequest]:
        found = await feedback.own(info.context, self.access_scope, self.position)
        return connections.part(found.asked, first, after)

    @strawberry.field(description="What feedback the reader has asked others for, newest first.")
    async def feedback_asked_by_me(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[FeedbackRequest]:
        found = await feedback.own(info.context, self.access_scope, self.position)
        return connections.part(found.requested, first, after)

    @strawberry.field(description="What feedback the reader has given and not withdrawn, newest first.")
    async def feedback_given_by_me(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[OwnFeedback]:
        found = await feedback.own(info.context, self.access_scope, self.position)
        return connections.part(found.given, first, after)

    @strawberry.field(
        description="How many people have which outcome in a period. For those who see the agency; those who may not "
        "see single appraisals see units and outcomes of fewer than five people only together, as null."
    )
    async def summary(
        self,
        info: Info,
        period: str,
        group_by: GroupBy = GroupBy.OUTCOME,
        first: int = connections.MOST,
        after: int = 0,
    ) -> list[OutcomeCount]:
        if not self.access_scope.counts:
            raise client_error("NOT_ALLOWED", "the summary is for those who see the whole agency")
        arguments.period("period", period)
        exact = self.access_scope.reader is None
        params = {
            "agency": self.access_scope.agency,
            "period": period,
            # Those who see large counts only are told of the same cells, whatever is asked: no difference is a person.
            "by_unit": group_by is not GroupBy.OUTCOME or not exact,
            "by_outcome": group_by is not GroupBy.UNIT or not exact,
        } | as_of.moment(self.position)
        read = await info.context.parts.reads.one(
            self.access_scope.agency, "graphql/summary", params, as_of.sections(self.position)
        )
        found = _COUNTS.decode(read["rows"])
        if not exact:
            found = _counted(outcome_counts.pooled({(one.unit, one.outcome): one.people for one in found}), group_by)
        return connections.part(found, first, after)

    @strawberry.field(description="What its results come to: for reading, not for deciding about a person.")
    def reports(self) -> AgencyReports:
        if self.position is not None:
            raise client_error("NOT_AS_OF", "reports tell what there is now: ask without asOf")
        return AgencyReports(access_scope=self.access_scope)

    @strawberry.field(
        description="For what people are considered by the results of several periods, by kind, period and employee "
        "number. For HR, officials and auditors; everybody reads their own at their employee. Pages from either end, "
        "as those of appraisals."
    )
    async def candidacies(
        self,
        info: Info,
        kind: Annotated[CandidacyKind | None, IN_FILTER] = None,
        period: Annotated[str | None, IN_FILTER] = None,
        employee: Annotated[str | None, IN_FILTER] = None,
        eligible: Annotated[bool | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: CandidacyFilter | None = None,  # noqa: A002 - as others call it
    ) -> Connection[Candidacy]:
        beside = {"kind": kind, "period": period, "employee": employee, "eligible": eligible}
        where = narrowed(filter or CandidacyFilter(), beside)
        arguments.period("period", where.period)
        arguments.number("employee", where.employee)
        if not candidacy.may_see_all(self.access_scope):
            raise candidacy.not_for_all()
        at = page(info.context, 3, first, after, last, before)
        found = await candidacy.read(info.context, self.access_scope.agency, self.position, where, at)
        return at.connection(
            found, lambda one: (one.row.kind.value, one.row.period, one.row.employee), lambda one: one, None
        )

    @strawberry.field(
        description="How many people are in which box of talents in a period (nine boxes), or have which outcome of "
        "another kind. For those who see the agency; those who may not see single appraisals see boxes of fewer than "
        "five people only together, as null."
    )
    async def nine_box(
        self,
        info: Info,
        period: str,
        kind: CandidacyKind = CandidacyKind.TALENT,
        first: int = connections.MOST,
        after: int = 0,
    ) -> list[ConsideredCount]:
        if not self.access_scope.counts:
            raise client_error("NOT_ALLOWED", "how many are in which box is for those who see the whole agency")
        arguments.period("period", period)
        found = await candidacy.counts(info.context, self.access_scope, kind, period, self.position)
        return connections.part(found, first, after)

    @strawberry.field(description="Every version of every policy it published.")
    async def policies(self, info: Info, first: int = connections.DEFAULT, after: int = 0) -> list[Policy]:
        found = await policy.read(info.context, self.access_scope, None, selected(info), self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Proposals of policies, in order, with who approved which text and report. For those who make, "
        "approve and check rules, and for HR, officials and auditors."
    )
    async def policy_proposals(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[PolicyProposal]:
        found = await policy_proposal.read(info.context, self.access_scope, self.position)
        return connections.part(found, first, after)

    @strawberry.field(description="A policy by hash, `<id>@<version>`, or id for its latest version.")
    async def policy(self, info: Info, ref: str) -> Policy | None:
        found = await policy.read(info.context, self.access_scope, ref, selected(info), self.position)
        return found[-1] if found else None

    @strawberry.field(
        description="Allowances (TPP) by month, employee and position. For HR, officials and auditors, and for "
        "everybody their own. Pages from either end, as those of appraisals."
    )
    async def allowances(
        self,
        info: Info,
        month: Annotated[str | None, IN_FILTER] = None,
        employee: Annotated[str | None, IN_FILTER] = None,
        history: Annotated[bool | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: AllowanceFilter | None = None,  # noqa: A002 - as others call it
    ) -> Connection[Allowance]:
        where = narrowed(filter or AllowanceFilter(), {"month": month, "employee": employee, "history": history})
        if not remuneration.may_see(self.access_scope, info.context, where.employee):
            raise remuneration.not_for("what everybody is paid")
        at = page(info.context, 3, first, after, last, before, numbered=True)
        rows = await remuneration.allowances(info.context, self.access_scope.agency, self.position, where, at)
        return at.connection(
            rows,
            lambda row: (row.month, row.employee, str(row.position)),
            lambda row: Allowance(row=row, own=row),
            None,
        )

    @strawberry.field(
        description="Who is appointed to which role, by person and first day; only what holds on a day, if one is "
        "named. For administrators and auditors."
    )
    async def appointments(
        self, info: Info, on: date | None = None, first: int = connections.DEFAULT, after: int = 0
    ) -> list[Appointment]:
        arguments.day("on", on)
        if not self.access_scope.appointments:
            raise client_error("NOT_ALLOWED", "who has which role is for the roles admin and auditor")
        found = await appointment.read(info.context, self.access_scope.agency, on or self.when.day, self.when.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="What posts and classes of posts ask of whoever holds them, by post or class and first day."
    )
    async def competency_standards(
        self, info: Info, first: int = connections.DEFAULT, after: int = 0
    ) -> list[CompetencyStandard]:
        found = await competency_standard.read(info.context, self.access_scope.agency, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="Ceilings of the allowance (pagu TPP) as they were recorded. For HR, officials and auditors."
    )
    async def ceilings(self, info: Info, first: int = connections.DEFAULT, after: int = 0) -> list[Ceiling]:
        if not remuneration.may_see(self.access_scope, info.context, None):
            raise remuneration.not_for("what ceilings there are")
        found = await remuneration.ceilings(info.context, self.access_scope.agency, self.position)
        return connections.part(found, first, after)

    @strawberry.field(
        description="What a policy would do to a period's results. For those who make and check policies."
    )
    async def simulate(
        self,
        info: Info,
        candidate: str,
        period: str | None = None,
        since: date | None = None,
        in_parts: bool = False,
    ) -> Simulation:
        """`candidate` is a hash, `<id>@<version>`, an id, an agency for what is in force there, or a proposal, which
        says itself when it begins; without `period` it is the last one with final results."""
        if self.position is not None:
            raise client_error("NOT_AS_OF", "simulate judges the facts as they are now: ask without asOf")
        return await simulation.simulate(info.context, self.access_scope, candidate, period, since, in_parts)

    @strawberry.field(
        description="The log, in order; of some types only, if named. For auditors and integrators. Pages from either "
        "end, as those of appraisals: the newest with `last`."
    )
    async def events(
        self,
        info: Info,
        types: Annotated[list[str] | None, IN_FILTER] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: EventFilter | None = None,  # noqa: A002 - as others call it
    ) -> Connection[Event]:
        where = narrowed(filter or EventFilter(), {"types": types})
        may_read_log(self.access_scope, where.types)
        at = page(info.context, 1, first, after, last, before, numbered=True)
        wanted = log.EventFilter(0, at.limit, self.position, known_types(where.types))
        found = await log.read_keyed(info.context.parts, self.access_scope, wanted, at.params("position"), at.sections)
        total = None
        if "totalCount" in selected(info):
            total = await log.count(info.context.parts, self.access_scope, wanted)
        return at.connection(found, lambda one: (str(one.position),), event, total)


def _place_in(at: Page) -> Callable[[ToldRow | AppraisalRow], tuple[str, ...]]:
    """Where an appraisal is in the order of the page."""
    return lambda row: at.key(row.key, row.employee, row.period)


def _counted(cells: dict[outcome_counts.Cell, int], group_by: GroupBy) -> list[OutcomeCount]:
    found: dict[outcome_counts.Cell, int] = {}
    for (unit, outcome), people in cells.items():
        key = (None if group_by is GroupBy.OUTCOME else unit, None if group_by is GroupBy.UNIT else outcome)
        found[key] = found.get(key, 0) + people
    told = sorted(found.items(), key=lambda one: (str(one[0][0] or ""), str(one[0][1] or "")))
    return [OutcomeCount(unit=unit, outcome=outcome, people=people) for (unit, outcome), people in told]


def may_read_log(access_scope: AccessScope, types: list[str] | None) -> None:
    """Raises an error with code NOT_ALLOWED."""
    if not access_scope.log:
        raise client_error("NOT_ALLOWED", "the log is for the roles auditor and integrator")
    # Refused rather than left out: how many there are of a type would tell how many rated.
    if not access_scope.raters and (unseen := WITHHELD_EVENTS.intersection(types or ())):
        raise client_error(
            "NOT_ALLOWED", f"types: {', '.join(sorted(unseen))} are withheld: ask for all, or for others"
        )


def known_types(types: list[str] | None) -> tuple[str, ...] | None:
    """Raises an error with code NO_SUCH_TYPE."""
    for one in types or ():
        if one not in EVENTS:
            raise client_error("NO_SUCH_TYPE", f"types: no event is of type {shown(one)}; {suggestion(one, EVENTS)}")
    return None if types is None else tuple(types)


async def of(
    context: RequestContext, agency: str, at_least: int | None = None, when: as_of.AsOf | None = None
) -> Agency | None:
    """None if it is not there, or none of the reader's. Waits for the positions that are asked for."""
    found = present(context, agency)
    if found is None:
        return None
    moment = PRESENT_MOMENT if when is None else await as_of.found(context, agency, when)
    await context.catch_up(agency, max(at_least or 0, moment.position or 0))
    return found if when is None else at_moment(found, moment)


def at_moment(found: Agency, moment: Moment) -> Agency:
    return Agency(id=node_id(found.of.id, moment), of=found.of, access_scope=found.access_scope, when=moment)


def present(context: RequestContext, agency: str) -> Agency | None:
    access_scope = context.scope_of(agency)
    if access_scope is None:
        return None
    return Agency(
        id=strawberry.ID(agency), of=context.parts.agencies[agency], access_scope=access_scope, when=PRESENT_MOMENT
    )


async def one_appraisal(
    info: Info, whose: Agency, employee: str, period: str, fields: frozenset[str]
) -> Appraisal | None:
    where, at = AppraisalFilter(employee=employee, period=period), Page(1)
    if (told := in_sql(info)) is not None:
        read = await appraisal.read_told(
            info.context, whose.access_scope, where, at, fields, told, position=whose.position
        )
        return appraisal.told(read.rows[0]) if read.rows else None
    rows, _ = await appraisal.read(
        info.context,
        whose.access_scope,
        where,
        at,
        fields,
        ranges=ranges(info, appraisal.RANGED),
        position=whose.position,
    )
    plans = await appraisal.plans(info.context, rows, fields)
    return appraisal.appraisal(rows[0], plans) if rows else None


async def read_employees(
    context: RequestContext,
    access_scope: AccessScope,
    where: EmployeeFilter,
    at: Page,
    *,
    number: str | None = None,
    total: bool = False,
    when: Moment,
) -> tuple[list[EmployeeRow], int | None]:
    position = when.position
    params = {
        **await reach(context, access_scope.agency, access_scope.people, position, when.day),
        **as_of.moment(position),
        **at.params("employee"),
        "employee": number,
        "unit": where.unit,
        "employment_type": where.employment_type and where.employment_type.value,
        "position_class": where.position_class and where.position_class.value,
        "supervisor": where.supervisor,
    }
    given = {name for name, param in _OF_EMPLOYEES.items() if params[param] is not None}
    wanted = as_of.sections(position) | at.sections | given | ({"total"} if total else set[str]())
    found = await context.parts.reads.one(access_scope.agency, "graphql/employees", params, wanted)
    return _EMPLOYEES.decode(found["rows"]), found.get("total")


def _order(asked: AppraisalOrder | EmployeeOrder | None) -> Order:
    return BY_KEY if asked is None else in_order(asked.by.value, asked.direction)


def event(one: log.LoggedEvent) -> Event:
    return Event(
        id=strawberry.ID(one.id),
        position=Position(one.position),
        stream=None if one.stream is None else strawberry.ID(str(one.stream)),
        version=one.version,
        type=one.type,
        recorded_at=one.recorded_at,
        masked=one.masked,
        envelope=JSON(msgspec.json.decode(one.event)),
    )
