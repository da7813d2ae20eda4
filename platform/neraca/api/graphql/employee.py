"""An employee as the roster has them."""

from datetime import date

import strawberry
from msgspec import Struct

from neraca.api.graphql import candidacy, development, personal_facts, programme, ratings_owed, remuneration
from neraca.api.graphql.candidacy import Candidacy, CandidacyFilter, Potential
from neraca.api.graphql.development import Development
from neraca.api.graphql.personal_facts import AttendanceMonth, Sanction
from neraca.api.graphql.programme import Programme
from neraca.api.graphql.ratings_owed import RatingOwed
from neraca.api.graphql.remuneration import Allowance, AllowanceFilter, CreditLevel
from neraca.api.graphql.service_record import ServiceRecord, service_record
from neraca.api.graphql.support.as_of import PRESENT_MOMENT, Moment
from neraca.api.graphql.support.connections import DEFAULT, Page, checked, part
from neraca.api.graphql.support.context import Info
from neraca.api.graphql.support.enums import (
    CandidacyKind,
    EmployeeOrderBy,
    EmploymentType,
    OrderDirection,
    PositionClass,
)
from neraca.api.graphql.support.node import Node, node_id
from neraca.domain.period import parse


class EmployeeRow(Struct, frozen=True):
    agency: str
    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass | None
    career_level: str | None
    unit: str | None
    supervisor: str | None
    since: date
    retired: date | None
    version: int
    key: str | int | None = None
    """What comes before the number in the order that was asked for."""


@strawberry.input(description="Which employees: those of whom all holds that is said.")
class EmployeeFilter:
    unit: str | None = strawberry.field(default=None, description="Id of the unit.")
    employment_type: EmploymentType | None = strawberry.field(default=None, description="How they are employed.")
    position_class: PositionClass | None = strawberry.field(default=None, description="Class of the position.")
    supervisor: str | None = strawberry.field(default=None, description="Employee number of the direct supervisor.")


@strawberry.input(description="In which order employees are.")
class EmployeeOrder:
    by: EmployeeOrderBy = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="From which end.")


@strawberry.type(description="A civil servant of an agency, or a state official who appraises there.")
class Employee(Node):
    employee_number: str = strawberry.field(description="NIP.")
    name: str = strawberry.field(description="Name.")
    employment_type: EmploymentType = strawberry.field(description="How they are employed.")
    position: str = strawberry.field(description="Jabatan today, or on the day that is read.")
    position_class: PositionClass | None = strawberry.field(
        description="Class of the position; null for a state official."
    )
    career_level: str | None = strawberry.field(description="Jenjang.")
    unit: str | None = strawberry.field(description="Id of the unit, likewise; null outside of service.")
    supervisor: str | None = strawberry.field(description="Employee number of the direct supervisor, likewise.")
    since: date = strawberry.field(description="Start of service here.")
    retired: date | None = strawberry.field(description="Last day of service, which may be to come.")
    version: int = strawberry.field(description='Version of the stream, for If-Match: `"v<version>"`.')
    agency: strawberry.Private[str]
    when: strawberry.Private[Moment]

    @property
    def read_as_of(self) -> int | None:
        """Raises an error with code NOT_BY_DAY."""
        return self.when.recorded()

    @strawberry.field(description="Exemptions, study, who acts in the post, posts and levels by day; from the log.")
    async def record(self, info: Info) -> ServiceRecord:
        return await service_record(info.context, self.agency, self.employee_number, self.when.position)

    @strawberry.field(
        description="Months of attendance, the earliest first, of one year or all. For the person, whoever is above "
        "them, HR, officials and auditors; null for others."
    )
    async def attendance(
        self, info: Info, year: int | None = None, first: int = DEFAULT, after: int = 0
    ) -> list[AttendanceMonth] | None:
        if not await self._may_see(info):
            return None
        found = await personal_facts.attendance(info.context, self.agency, self.employee_number, year, self.read_as_of)
        return part(found, first, after)

    @strawberry.field(
        description="Disciplinary sanctions, in order of the log, with those that were lifted. For the person, whoever "
        "is above them, HR, officials and auditors; null for others."
    )
    async def sanctions(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[Sanction] | None:
        if not await self._may_see(info):
            return None
        found = await personal_facts.sanctions(info.context, self.agency, self.employee_number, self.read_as_of)
        return part(found, first, after)

    async def _may_see(self, info: Info) -> bool:
        access_scope = info.context.scope_of(self.agency)
        return access_scope is not None and await development.may_see_person(
            info.context, access_scope, self.employee_number
        )

    @strawberry.field(
        description="Trainings that name them, and what they plan for themselves. For the person, whoever is above "
        "them, HR, officials and auditors; null for others."
    )
    async def development(self, info: Info) -> Development | None:
        if not await self._may_see(info):
            return None
        return await development.development_of(info.context, self.agency, self.employee_number, self.read_as_of)

    @strawberry.field(
        description="For what they are considered by the results of several periods, by kind and period. All of it for "
        "HR, officials and auditors; the person reads what they are nominated for, and before that what the policy "
        "lets them; null for others."
    )
    async def candidacies(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[Candidacy] | None:
        found = await self._considered(info)
        return None if found is None else part(found, first, after)

    @strawberry.field(
        description="The box of talents they are in by the last period for which that is recorded, for whom "
        "`candidacies` shows it."
    )
    async def box(self, info: Info) -> Candidacy | None:
        found = [one for one in await self._considered(info) or () if one.row.kind is CandidacyKind.TALENT]
        return max(found, key=lambda one: parse(one.row.period).ends, default=None)

    @strawberry.field(
        description="What assessors found of their potential, in order of the log. For HR, officials and auditors; "
        "null for others."
    )
    async def potential(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[Potential] | None:
        access_scope = info.context.scope_of(self.agency)
        if access_scope is None or not candidacy.may_see_all(access_scope):
            return None
        found = await candidacy.potential_of(info.context, self.agency, self.employee_number, self.read_as_of)
        return part(found, first, after)

    async def _considered(self, info: Info) -> list[Candidacy] | None:
        access_scope, context = info.context.scope_of(self.agency), info.context
        if access_scope is None:
            return None
        if candidacy.may_see_all(access_scope):
            return await candidacy.read(
                context,
                self.agency,
                self.read_as_of,
                CandidacyFilter(employee=self.employee_number),
                Page(candidacy.MOST_OF_ONE),
            )
        if context.actor.id != self.employee_number:
            return None
        return await candidacy.own(context, self.agency, self.employee_number, self.read_as_of)

    @strawberry.field(
        description="Credit points (angka kredit) by career level. For the person themselves, HR, officials and "
        "auditors; null for others."
    )
    async def credit(self, info: Info) -> list[CreditLevel] | None:
        if not _may_see(info, self.agency, self.employee_number):
            return None
        return await remuneration.credit_of(info.context, self.agency, self.employee_number, self.read_as_of)

    @strawberry.field(
        description="Allowances (TPP) by month; with `history` also what was fixed before. For the person themselves, "
        "HR, officials and auditors; null for others."
    )
    async def allowances(
        self, info: Info, first: int = DEFAULT, after: int = 0, history: bool = False
    ) -> list[Allowance] | None:
        if not _may_see(info, self.agency, self.employee_number):
            return None
        checked(first, after)
        rows = await remuneration.allowances(
            info.context,
            self.agency,
            self.read_as_of,
            AllowanceFilter(employee=self.employee_number, history=history),
            Page(first + after),
        )
        return [Allowance(row=row, own=row) for row in part(rows, first, after)]

    @strawberry.field(
        description="Programmes and teams they are or were in. For the person themselves, who is above them, and those "
        "who see everybody's appraisal; empty for others."
    )
    async def programmes(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[Programme]:
        found = await programme.of_member(info.context, self.agency, self.employee_number, self.read_as_of)
        return part(found, first, after)

    @strawberry.field(
        description="What they are assigned to rate and have not yet, newest first. For the person themselves, of the "
        "present; null for others."
    )
    async def ratings_owed(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[RatingOwed] | None:
        actor = info.context.actor
        if self.read_as_of is not None or (actor.id, actor.agency) != (self.employee_number, self.agency):
            return None
        return part(await ratings_owed.read(info.context, self.agency, self.employee_number), first, after)


def employee(row: EmployeeRow, when: Moment = PRESENT_MOMENT) -> Employee:
    id_ = node_id(f"{row.agency}/employee/{row.employee}", when)
    return Employee(
        id=id_,
        employee_number=row.employee,
        name=row.name,
        employment_type=row.employment_type,
        position=row.position,
        position_class=row.position_class,
        career_level=row.career_level,
        unit=row.unit,
        supervisor=row.supervisor,
        since=row.since,
        retired=row.retired,
        version=row.version,
        agency=row.agency,
        when=when,
    )


def _may_see(info: Info, agency: str, employee: str) -> bool:
    access_scope = info.context.scope_of(agency)
    return access_scope is not None and remuneration.may_see(access_scope, info.context, employee)
