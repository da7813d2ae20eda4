"""From the events of credit points, allowances and ceilings to a row each: what counts is the last of its kind."""

from datetime import date, datetime
from decimal import Decimal
from typing import assert_never, cast

from msgspec import Struct

from neraca.domain.remuneration.allowance import AllowanceEvent, AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.ceilings import CeilingEvent, CeilingSet, CeilingWithdrawn
from neraca.domain.remuneration.credit import CreditBroughtForward, CreditEvent, CreditFixed, CreditRevised
from neraca.domain.remuneration.told_facts import ToldFacts
from neraca.domain.vocabulary import PositionClass
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


CREDIT = Table("credit", Points, ("position",), append=True)
BROUGHT = Table("brought_forward", Brought, ("position",), append=True)
ALLOWANCES = Table("allowances", Allowance, ("position",), append=True)
CEILINGS = Table("ceilings", Ceiling, ("position",), append=True)


def apply(work: Workspace, entry: Entry) -> None:
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
        behind=event.facts.positions,
        reason=event.reason if isinstance(event, AllowanceRevised) else None,
        provisional=event.provisional,
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
