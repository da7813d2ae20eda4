"""What is to be paid for the months of a period, a row for each month and employee, with the events behind it."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.period import Period, of_year
from neraca.domain.remuneration.told_facts import CEILING, CEILING_PARTS, SCORE, ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool


class PayrollRow(Struct, frozen=True):
    """`amount` and the ceiling with its parts are rupiah; `event` fixed the amount, `events` are all behind it, by
    their positions in the log. `outdated` tells that the result, or a fact of the month, was changed since, or the
    objection decided that made it `provisional`, for one was pending. Where some of the `days` in service are
    `unpaid_days`, `whole` is what it would have come to without them.
    """

    month: str
    employee_number: str
    name: str
    unit: str
    position: str
    position_class: str
    career_level: str
    amount: Decimal
    ceiling: Decimal | None
    work_load: Decimal | None
    achievement: Decimal | None
    conditions: Decimal | None
    scarcity: Decimal | None
    predicate: str
    score: Decimal | None
    appraisal: str
    policy: str
    policy_hash: str
    facts_digest: str
    event: int
    result_event: int
    events: tuple[int, ...]
    reason: str
    outdated: bool
    provisional: bool
    whole: Decimal | None
    days: int | None
    unpaid_days: int | None


class _Read(Struct):
    """A row as the statement gives it."""

    month: str
    employee: str
    name: str
    unit: str
    post: str
    position_class: str
    career_level: str
    amount: Decimal
    predicate: str
    appraisal: str
    policy_id: str
    policy_version: int
    policy_hash: str
    facts_digest: str
    facts: dict[str, object]
    behind: list[int]
    result: int
    position: int
    reason: str | None
    outdated: bool
    provisional: bool
    whole: Decimal | None
    unpaid: dict[str, object] | None


def payroll(url: str, agency: str, period: Period) -> list[PayrollRow]:
    """By month and employee number: what counts of all that was fixed for the months of the period."""
    params = {"agency": agency, "months": _months(period)}
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        return [_row(_Read(*row)) for row in fetch(connection, agency, statement("payroll"), params)]


def _months(period: Period) -> list[str]:
    return [month.label for month in of_year(period.starts.year, "month") if month.meets(period)]


def _row(read: _Read) -> PayrollRow:
    facts = msgspec.convert(read.facts, ToldFacts, strict=False)
    unpaid = None if read.unpaid is None else msgspec.convert(read.unpaid, UnpaidDays)
    parts = {name: facts.numbers.get(fact) for name, fact in CEILING_PARTS.items()}
    return PayrollRow(
        month=read.month,
        employee_number=read.employee,
        name=read.name,
        unit=read.unit,
        position=read.post,
        position_class=read.position_class,
        career_level=read.career_level,
        amount=read.amount,
        ceiling=facts.numbers.get(CEILING),
        **parts,
        predicate=read.predicate,
        score=facts.numbers.get(SCORE),
        appraisal=read.appraisal,
        policy=PolicyRef.written(read.policy_id, read.policy_version),
        policy_hash=read.policy_hash,
        facts_digest=read.facts_digest,
        event=read.position,
        result_event=read.result,
        events=tuple(read.behind),
        reason=read.reason or "",
        outdated=read.outdated,
        provisional=read.provisional,
        whole=read.whole,
        days=None if unpaid is None else len(unpaid.days),
        unpaid_days=None if unpaid is None else unpaid.unpaid,
    )


def columns() -> Sequence[str]:
    """The names of the columns, in order."""
    return PayrollRow.__struct_fields__
