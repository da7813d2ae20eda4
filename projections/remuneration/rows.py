"""From the events of credit points, allowances and ceilings to a row each: what counts is the last of its kind."""

from datetime import date, datetime
from decimal import Decimal
from typing import assert_never, cast, get_args
from uuid import UUID

from msgspec import Struct

from neraca.domain.attendance import OfAttendance
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.remuneration.allowance import AllowanceEvent, AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.ceilings import CeilingEvent, CeilingSet, CeilingWithdrawn
from neraca.domain.remuneration.credit import CreditBroughtForward, CreditEvent, CreditFixed, CreditRevised
from neraca.domain.remuneration.later_events import KnownExemption, touched
from neraca.domain.remuneration.told_facts import ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays
from neraca.domain.roster import EmployeeRegistered
from neraca.domain.vocabulary import ExemptionKind, PositionClass
from neraca.projecting.projection import Entry, Table, Workspace


class Points(Struct):
    """Of a period and level; `result` is the position of the result they rest on, `behind` those of all events."""

    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    period: str
    level: str
    months: int
    predicate: str
    points: Decimal
    accumulated: Decimal
    rank_need: Decimal | None
    level_need: Decimal | None
    result: int
    policy_id: str
    policy_version: int
    policy_hash: str
    facts_digest: str
    facts: ToldFacts
    nodes: dict[str, Decimal | None]
    behind: list[int]
    reason: str | None
    read_until: int


class Brought(Struct):
    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    level: str
    points: Decimal
    since: date
    decree: str
    years: int | None


class Allowance(Struct):
    """Of a month, in rupiah; `appraisal` is the period of the result it rests on, `provisional` if it was contested."""

    agency: str
    position: int
    recorded_at: datetime
    by: str
    employee: str
    month: str
    amount: Decimal
    predicate: str
    appraisal: str
    result: int
    policy_id: str
    policy_version: int
    policy_hash: str
    facts_digest: str
    facts: ToldFacts
    nodes: dict[str, Decimal | None]
    behind: list[int]
    reason: str | None
    provisional: bool
    read_until: int
    lacking: list[str]
    whole: Decimal | None
    unpaid: UnpaidDays | None


class Ceiling(Struct):
    """`withdrawn` tells of one that ends what was set from that day."""

    agency: str
    position: int
    recorded_at: datetime
    by: str
    since: date
    post: str | None
    position_class: PositionClass | None
    career_level: str | None
    work_load: Decimal
    achievement: Decimal
    conditions: Decimal
    scarcity: Decimal
    basis: str
    withdrawn: bool


class Touch(Struct):
    """Days of an employee whose pay or points an event changes; `facts` only for a policy that asks for one of them."""

    agency: str
    employee: str
    position: int
    since: date
    until: date
    facts: list[str]
    pay: bool
    credit: bool


class Leave(Struct):
    """An exemption as it stands, for the events that end or withdraw it."""

    agency: str
    stream: UUID
    decree: str
    kind: ExemptionKind
    since: date
    until: date | None


class Person(Struct):
    """Whose stream it is."""

    agency: str
    stream: UUID
    employee: str


CREDIT = Table("credit", Points, ("position",), append=True)
BROUGHT = Table("brought_forward", Brought, ("position",), append=True)
ALLOWANCES = Table("allowances", Allowance, ("position",), append=True)
CEILINGS = Table("ceilings", Ceiling, ("position",), append=True)
TOUCHES = Table("touches", Touch, ("position",), append=True)
LEAVES = Table("leaves", Leave, ("stream", "decree"), private=True)
PEOPLE = Table("people", Person, ("stream",), private=True)


def apply(work: Workspace, entry: Entry) -> None:
    if not isinstance(entry.body, get_args(CreditEvent) + get_args(AllowanceEvent) + get_args(CeilingEvent)):
        _touch(work, entry)
        return
    event = cast("CreditEvent | AllowanceEvent | CeilingEvent", entry.body)
    match event:
        case CreditFixed() | CreditRevised():
            work.put(CREDIT, _points(entry, event))
        case CreditBroughtForward():
            work.put(BROUGHT, _brought(entry, event))
        case AllowanceFixed() | AllowanceRevised():
            work.put(ALLOWANCES, _allowance(entry, event))
        case CeilingSet() | CeilingWithdrawn():
            work.put(CEILINGS, _ceiling(entry, event))
        case _:
            assert_never(event)


def _touch(work: Workspace, entry: Entry) -> None:
    event = entry.body
    if isinstance(event, EmployeeRegistered):
        work.put(PEOPLE, Person(entry.agency, entry.stream, event.employee))
        return
    one = touched(event, _known(work, entry))
    if one is None:
        return
    work.put(
        TOUCHES,
        Touch(
            agency=entry.agency,
            employee=event.employee if isinstance(event, OfAttendance) else _person(work, entry),
            position=entry.position,
            since=one.since,
            until=one.until,
            facts=[*one.facts],
            pay=one.pay,
            credit=one.credit,
        ),
    )


def _known(work: Workspace, entry: Entry) -> KnownExemption | None:
    """The exemption that an event ends or withdraws, as it was before."""
    event = entry.body
    if isinstance(event, EmployeeExempted):
        work.put(LEAVES, Leave(entry.agency, entry.stream, event.decree, event.kind, event.since, event.until))
        return None
    if not isinstance(event, ExemptionEnded | ExemptionWithdrawn):
        return None
    row = work.get(LEAVES, entry.stream, event.decree)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no employee.exempted by {event.decree} before its {entry.tag}")
    known = KnownExemption(row.kind, row.since, row.until)
    if isinstance(event, ExemptionEnded):
        row.until = event.until
        work.put(LEAVES, row)
    return known


def _person(work: Workspace, entry: Entry) -> str:
    row = work.get(PEOPLE, entry.stream)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no employee.registered before its {entry.tag}")
    return row.employee


def _points(entry: Entry, event: CreditFixed | CreditRevised) -> Points:
    return Points(
        agency=entry.agency,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        employee=event.employee,
        period=event.period,
        level=event.level,
        months=event.months,
        predicate=event.predicate,
        points=event.points,
        accumulated=event.accumulated,
        rank_need=event.rank_need,
        level_need=event.level_need,
        result=event.appraisal,
        policy_id=event.policy.id,
        policy_version=event.policy.version,
        policy_hash=event.policy.hash,
        facts_digest=event.facts_digest,
        facts=event.facts,
        nodes=event.nodes,
        behind=event.facts.positions,
        reason=event.reason if isinstance(event, CreditRevised) else None,
        read_until=event.position,
    )


def _brought(entry: Entry, event: CreditBroughtForward) -> Brought:
    return Brought(
        agency=entry.agency,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        employee=event.employee,
        level=event.level,
        points=event.points,
        since=event.on,
        decree=event.decree,
        years=event.years,
    )


def _allowance(entry: Entry, event: AllowanceFixed | AllowanceRevised) -> Allowance:
    return Allowance(
        agency=entry.agency,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        employee=event.employee,
        month=event.month,
        amount=event.amount,
        predicate=event.predicate,
        appraisal=event.appraisal,
        result=event.result,
        policy_id=event.policy.id,
        policy_version=event.policy.version,
        policy_hash=event.policy.hash,
        facts_digest=event.facts_digest,
        facts=event.facts,
        nodes=event.nodes,
        behind=event.behind,
        reason=event.reason if isinstance(event, AllowanceRevised) else None,
        provisional=event.provisional,
        read_until=event.position,
        lacking=[*event.lacking],
        whole=event.whole,
        unpaid=event.unpaid,
    )


def _ceiling(entry: Entry, event: CeilingSet | CeilingWithdrawn) -> Ceiling:
    was_set = isinstance(event, CeilingSet)
    return Ceiling(
        agency=entry.agency,
        position=entry.position,
        recorded_at=entry.recorded_at,
        by=entry.by,
        since=event.since,
        post=event.position,
        position_class=event.position_class,
        career_level=event.career_level,
        work_load=event.work_load if was_set else Decimal(0),
        achievement=event.achievement if was_set else Decimal(0),
        conditions=event.conditions if was_set else Decimal(0),
        scarcity=event.scarcity if was_set else Decimal(0),
        basis=event.decree if was_set else event.reason,
        withdrawn=not was_set,
    )
