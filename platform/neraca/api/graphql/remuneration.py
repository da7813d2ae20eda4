"""What follows from results in credit points and in money, for the person themselves and for those who see all pay."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal as Number

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.appraisals import explanation
from neraca.api.graphql.support.connections import DEFAULT, Page, part
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import PositionClass
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import event_id
from neraca.domain.facts import Facts
from neraca.domain.period import parse
from neraca.domain.remuneration.told_facts import ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays


class ResultRow(Struct, frozen=True, kw_only=True):
    """What rows of points and of allowances have alike."""

    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    predicate: str
    result: int
    policy_id: str
    policy_version: int
    policy_hash: str
    facts_digest: str
    facts: ToldFacts
    behind: list[int]
    reason: str | None
    counts: bool
    outdated: bool


class PointsRow(ResultRow, frozen=True, kw_only=True):
    period: str
    level: str
    months: int
    points: str
    accumulated: str
    rank_need: str | None
    level_need: str | None


class BroughtRow(Struct, frozen=True):
    position: int
    recorded_at: datetime
    by: str
    level: str
    points: str
    since: date
    decree: str
    years: int | None


class AllowanceRow(ResultRow, frozen=True, kw_only=True):
    month: str
    amount: str
    appraisal: str
    provisional: bool
    whole: str | None
    unpaid: UnpaidDays | None


class CeilingRow(Struct, frozen=True):
    position: int
    recorded_at: datetime
    by: str
    since: date
    post: str | None
    position_class: PositionClass | None
    career_level: str | None
    work_load: str
    achievement: str
    conditions: str
    scarcity: str
    amount: str
    basis: str
    withdrawn: bool


_POINTS = msgspec.json.Decoder(list[PointsRow])
_BROUGHT = msgspec.json.Decoder(list[BroughtRow])
_ALLOWANCES = msgspec.json.Decoder(list[AllowanceRow])
_CEILINGS = msgspec.json.Decoder(list[CeilingRow])


@strawberry.type(description="One fact that the policy was told.")
class PayFact:
    name: str = strawberry.field(description="As policies call it.")
    value: str = strawberry.field(description="A number or a word; true or false.")
    events: list[strawberry.ID] = strawberry.field(description="Ids of the events it came from.")


@strawberry.interface(description="A number that follows from a final result, and what it rests on.")
class PayResult:
    row: strawberry.Private[ResultRow]

    @strawberry.field(description="Employee number.")
    def employee_number(self) -> str:
        return self.row.employee

    @strawberry.field(description="The predicate of the result it rests on.")
    def predicate(self) -> str:
        return self.row.predicate

    @strawberry.field(description="The policy that made it, as `<id>@<version>`.")
    def policy(self) -> str:
        return PolicyRef.written(self.row.policy_id, self.row.policy_version)

    @strawberry.field(description="Hash of that policy's resolved text.")
    def policy_hash(self) -> str:
        return self.row.policy_hash

    @strawberry.field(description="Digest of the facts it was told, for a replay to compare.")
    def facts_digest(self) -> str:
        return self.row.facts_digest

    @strawberry.field(description="What the policy was told, each with the events it came from.")
    def facts(self) -> list[PayFact]:
        told = self.row.facts
        values = {
            **{name: f"{value:f}" for name, value in told.numbers.items()},
            **told.words,
            **{name: "true" if value else "false" for name, value in told.flags.items()},
        }
        return [
            PayFact(name=name, value=value, events=_events(self.row.agency, told.sources.get(name, [])))
            for name, value in sorted(values.items())
        ]

    @strawberry.field(description="Ids of all events behind it.")
    def events(self) -> list[strawberry.ID]:
        return _events(self.row.agency, self.row.behind)

    @strawberry.field(description="Id of the event that fixed the result it rests on.")
    def result_event(self) -> strawberry.ID:
        return _events(self.row.agency, [self.row.result])[0]

    @strawberry.field(description="Id of the event that fixed it.")
    def event(self) -> strawberry.ID:
        return _events(self.row.agency, [self.row.position])[0]

    @strawberry.field(description="Position of that event.")
    def position(self) -> Position:
        return Position(self.row.position)

    @strawberry.field(description="When it was fixed.")
    def recorded_at(self) -> datetime:
        return self.row.recorded_at

    @strawberry.field(description="Who fixed it.")
    def fixed_by(self) -> str:
        return self.row.by

    @strawberry.field(description="Why it took the place of what was fixed before; null for the first.")
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(description="Whether it counts: nothing took its place.")
    def counts(self) -> bool:
        return self.row.counts

    @strawberry.field(
        description="Whether the result it rests on was opened or fixed again since, the objection that made it "
        "provisional was decided, the ceiling it was paid by was withdrawn or set anew, or attendance, service, post "
        "or an exemption recorded or changed: it must be revised."
    )
    def outdated(self) -> bool:
        return self.row.outdated

    @strawberry.field(description="Every step from the facts to the number, with events, lines of the policy and law.")
    async def explain(self, info: Info) -> list[explanation.Step]:
        row = self.row
        published = await info.context.policies.by_hash(row.agency, row.policy_hash)
        if published is None:
            return []
        sources = {f"facts/{name}": [*positions] for name, positions in row.facts.sources.items()}
        facts = Facts(starts=date.min, ends=date.max, case=row.facts.case, sources=sources)
        return explanation.judge(row.agency, published.plan, facts).explain


@strawberry.type(description="Credit points (angka kredit) of one appraised period in one career level.")
class CreditPoints(PayResult):
    own: strawberry.Private[PointsRow]

    @strawberry.field(description="Label of the period.")
    def period(self) -> str:
        return self.own.period

    @strawberry.field(description="Career level (jenjang), as policies write it.")
    def level(self) -> str:
        return self.own.level

    @strawberry.field(description="Months of the period in that level.")
    def months(self) -> int:
        return self.own.months

    @strawberry.field(description="The points.")
    def points(self) -> Decimal:
        return Decimal(self.own.points)

    @strawberry.field(description="With all of the level from before.")
    def accumulated(self) -> Decimal:
        return Decimal(self.own.accumulated)


@strawberry.type(description="Credit points of a level that were gathered before, by a decree.")
class BroughtForwardPoints:
    points: Decimal = strawberry.field(description="The points.")
    since: date = strawberry.field(description="From which day they count.")
    decree: str = strawberry.field(description="By which decree.")
    years: int | None = strawberry.field(description="Years in rank, where they are of a move from another post.")
    event: strawberry.ID = strawberry.field(description="Id of the event that recorded them.")


@strawberry.type(description="The credit points of an employee in one career level.")
class CreditLevel:
    level: str = strawberry.field(description="Career level (jenjang), as policies write it.")
    accumulated: Decimal = strawberry.field(
        description="All points of the level: brought in, and of periods that ended later."
    )
    rank_need: Decimal | None = strawberry.field(description="What the next rank asks for, as the policy says.")
    level_need: Decimal | None = strawberry.field(description="What the next level asks for; null where there is none.")
    rank_reached: bool = strawberry.field(description="Whether that of the next rank is reached.")
    level_reached: bool = strawberry.field(description="Whether that of the next level is reached.")
    brought_forward: BroughtForwardPoints | None = strawberry.field(description="Points from before.")
    points: list[CreditPoints] = strawberry.field(description="Those of each period that count, oldest first.")
    every: strawberry.Private[list[CreditPoints]]

    @strawberry.field(description="All that were ever fixed, in order of the log.")
    def history(self, first: int = DEFAULT, after: int = 0) -> list[CreditPoints]:
        return part(self.every, first, after)


@strawberry.input(description="Which allowances: those of which all holds that is said.")
class AllowanceFilter:
    month: str | None = strawberry.field(default=None, description="The month, such as 2025-03.")
    employee: str | None = strawberry.field(default=None, description="Employee number.")
    history: bool | None = strawberry.field(
        default=None, description="With true also what was fixed before; else what counts alone."
    )


@strawberry.type(description="Days of a month that go unpaid, because an exemption keeps the employee from service.")
class UnpaidDaysOfMonth:
    days: int = strawberry.field(description="Working days in service.")
    unpaid: int = strawberry.field(description="So many of them go unpaid.")
    whole: Decimal = strawberry.field(description="What the allowance would have come to without them, in rupiah.")
    decrees: list[str] = strawberry.field(description="By which exemptions.")
    events: list[strawberry.ID] = strawberry.field(description="Ids of the events that recorded those.")


@strawberry.type(description="The performance allowance (TPP) of one employee for one month, in rupiah.")
class Allowance(PayResult):
    own: strawberry.Private[AllowanceRow]

    @strawberry.field(description="Label of the month: 2026-02.")
    def month(self) -> str:
        return self.own.month

    @strawberry.field(description="Rupiah.")
    def amount(self) -> Decimal:
        return Decimal(self.own.amount)

    @strawberry.field(description="Label of the period whose result it rests on.")
    def appraisal_period(self) -> str:
        return self.own.appraisal

    @strawberry.field(description="The days of the month that go unpaid; null where none does.")
    def unpaid(self) -> UnpaidDaysOfMonth | None:
        found = self.own.unpaid
        if found is None or self.own.whole is None:
            return None
        return UnpaidDaysOfMonth(
            days=len(found.days),
            unpaid=found.unpaid,
            whole=Decimal(self.own.whole),
            decrees=[*found.decrees],
            events=_events(self.own.agency, found.events),
        )

    @strawberry.field(
        description="Whether an objection to that result was pending when it was fixed: revise it when that is decided."
    )
    def provisional(self) -> bool:
        return self.own.provisional


@strawberry.type(description="A ceiling of the allowance (pagu TPP) of a post or a class of posts, in rupiah a month.")
class Ceiling:
    since: date = strawberry.field(description="First day it is for.")
    post: str | None = strawberry.field(description="Title of the post; null for a class.")
    position_class: PositionClass | None = strawberry.field(description="The class; null for a post.")
    career_level: str | None = strawberry.field(description="Of the class only those of this level.")
    work_load: Decimal = strawberry.field(description="For the work load (beban kerja).")
    achievement: Decimal = strawberry.field(description="For achievement (prestasi kerja).")
    conditions: Decimal = strawberry.field(description="For conditions of work (kondisi kerja).")
    scarcity: Decimal = strawberry.field(description="For a scarce profession (kelangkaan profesi).")
    amount: Decimal = strawberry.field(description="All of it.")
    basis: str = strawberry.field(description="The decree; of what was withdrawn, the reason.")
    withdrawn: bool = strawberry.field(description="Whether this takes back what was set from that day.")
    event: strawberry.ID = strawberry.field(description="Id of the event.")


def may_see(access_scope: AccessScope, context: RequestContext, employee: str | None) -> bool:
    """Whether the pay of an employee, or of everybody, is for whoever asks."""
    return access_scope.pay or (employee is not None and employee == context.actor.id)


async def credit_of(context: RequestContext, agency: str, employee: str, position: int | None) -> list[CreditLevel]:
    """By level, in the order in which the employee came to them."""
    params = {"agency": agency, "employee": employee, "position": position}
    found = await context.parts.reads.one(agency, "graphql/credit", params)
    points, brought = _POINTS.decode(found["points"]), _BROUGHT.decode(found["brought"])
    levels = dict.fromkeys([*(one.level for one in brought), *(one.level for one in points)])
    return [
        _level(agency, level, [one for one in points if one.level == level], [b for b in brought if b.level == level])
        for level in levels
    ]


async def points_of(
    context: RequestContext, agency: str, employee: str, period: str, position: int | None
) -> list[CreditPoints]:
    """Those of one appraised period that count, by level."""
    params = {"agency": agency, "employee": employee, "position": position}
    found = await context.parts.reads.one(agency, "graphql/credit", params)
    rows = _POINTS.decode(found["points"])
    return [CreditPoints(row=row, own=row) for row in rows if row.counts and row.period == period]


async def allowances(
    context: RequestContext,
    agency: str,
    position: int | None,
    where: AllowanceFilter,
    at: Page,
    *,
    appraisal: str | None = None,
) -> list[AllowanceRow]:
    """By month, employee and position."""
    params = {
        **at.params("month", "employee", "position"),
        "agency": agency,
        "employee": where.employee,
        "month": where.month,
        "appraisal": appraisal,
        "history": bool(where.history),
        "position": position,
    }
    found = await context.parts.reads.one(agency, "graphql/allowances", params, at.sections)
    return _ALLOWANCES.decode(found["rows"])


async def ceilings(context: RequestContext, agency: str, position: int | None) -> list[Ceiling]:
    """In the order in which they were recorded."""
    found = await context.parts.reads.one(agency, "graphql/ceilings", {"agency": agency, "position": position})
    return [_ceiling(agency, row) for row in _CEILINGS.decode(found["rows"])]


def not_for(what: str) -> Exception:
    return client_error("NOT_ALLOWED", f"{what} is for the person themselves, for HR, officials and auditors")


def _level(agency: str, level: str, points: Sequence[PointsRow], brought: Sequence[BroughtRow]) -> CreditLevel:
    counting = sorted((one for one in points if one.counts), key=lambda one: one.period)
    last = brought[-1] if brought else None
    added = [one for one in counting if last is None or parse(one.period).ends > last.since]
    accumulated = sum((Number(one.points) for one in added), Number(last.points) if last else Number(0))
    newest = max(points, key=lambda one: one.position, default=None)
    rank, next_level = (None, None) if newest is None else (newest.rank_need, newest.level_need)
    return CreditLevel(
        level=level,
        accumulated=Decimal(f"{accumulated:f}"),
        rank_need=None if rank is None else Decimal(rank),
        level_need=None if next_level is None else Decimal(next_level),
        rank_reached=rank is not None and accumulated >= Number(rank),
        level_reached=next_level is not None and accumulated >= Number(next_level),
        brought_forward=None if last is None else _brought(agency, last),
        points=[CreditPoints(row=row, own=row) for row in counting],
        every=[CreditPoints(row=row, own=row) for row in points],
    )


def _brought(agency: str, row: BroughtRow) -> BroughtForwardPoints:
    return BroughtForwardPoints(
        points=Decimal(row.points),
        since=row.since,
        decree=row.decree,
        years=row.years,
        event=_events(agency, [row.position])[0],
    )


def _ceiling(agency: str, row: CeilingRow) -> Ceiling:
    return Ceiling(
        since=row.since,
        post=row.post,
        position_class=row.position_class,
        career_level=row.career_level,
        work_load=Decimal(row.work_load),
        achievement=Decimal(row.achievement),
        conditions=Decimal(row.conditions),
        scarcity=Decimal(row.scarcity),
        amount=Decimal(row.amount),
        basis=row.basis,
        withdrawn=row.withdrawn,
        event=_events(agency, [row.position])[0],
    )


def _events(agency: str, positions: Sequence[int]) -> list[strawberry.ID]:
    return [strawberry.ID(event_id(agency, position)) for position in positions]
