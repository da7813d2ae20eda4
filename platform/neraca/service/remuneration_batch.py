"""Fixes credit points or allowances of all whom a period or month concerns, by a command for each of them.

Each is decided by itself: what is refused of one keeps nobody else waiting, and is told with the reason.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import authorisation
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Refusal
from neraca.domain.period import Period
from neraca.domain.registry import Command
from neraca.domain.remuneration.allowance import STALE, FixAllowance, ReviseAllowance
from neraca.domain.remuneration.credit import FixCredit, ReviseCredit
from neraca.service.command_batch import CommandBatch
from neraca.service.command_handler import CommandHandler
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool

Kind: TypeAlias = Literal["credit", "allowance"]


class FixingOrder(Struct, frozen=True):
    """`period` is a month for an allowance. Without `revise`, the reason, what is fixed already stays as it is."""

    kind: Kind
    agency: str
    period: Period
    unit: str | None = None
    revise: str | None = None


class FixingOutcome(Struct, frozen=True):
    """`why` says what was refused, and what to do."""

    employee: str
    outcome: Literal["fixed", "revised", "unchanged", "refused"]
    why: str | None = None


def fix(
    service: CommandHandler, url: str, actor: Actor, order: FixingOrder, now: Callable[[], datetime]
) -> list[FixingOutcome]:
    """By employee number. Raises NotAllowed where the actor may send no such command, whomever it concerns."""
    authorisation.belongs(actor, order.agency)
    authorisation.check(_command(order, "", order.period.label, order.revise), actor)
    return [
        _one(service, actor, order, now(), employee, appraisal, fixed=fixed)
        for employee, appraisal, fixed in _concerned(url, order)
    ]


def _one(
    service: CommandHandler,
    actor: Actor,
    order: FixingOrder,
    now: datetime,
    employee: str,
    appraisal: str,
    *,
    fixed: bool,
) -> FixingOutcome:
    if fixed and order.revise is None:
        return FixingOutcome(employee, "unchanged")
    command = _command(order, employee, appraisal, order.revise if fixed else None)
    try:
        service.handle(CommandBatch(agency=order.agency, actor=actor, commands=(command,), now=now))
    except AlreadyDone:
        return FixingOutcome(employee, "unchanged")
    except Refusal as refused:
        return FixingOutcome(employee, "refused", refused.message)
    return FixingOutcome(employee, "revised" if fixed else "fixed")


def _command(order: FixingOrder, employee: str, appraisal: str, reason: str | None) -> Command:
    label = order.period.label
    match order.kind:
        case "credit":
            if reason is None:
                return FixCredit(employee=employee, period=label)
            return ReviseCredit(employee=employee, period=label, reason=reason)
        case "allowance":
            if reason is None:
                return FixAllowance(employee=employee, month=label, appraisal=appraisal)
            return ReviseAllowance(employee=employee, month=label, appraisal=appraisal, reason=reason)
        case _:
            assert_never(order.kind)


def _concerned(url: str, order: FixingOrder) -> Sequence[tuple[str, str, bool]]:
    """Employee, label of the result, and whether something is fixed."""
    params = {
        "agency": order.agency,
        "period": order.period.label,
        "unit": order.unit,
        "ends": order.period.ends,
        "earliest": order.period.starts - timedelta(days=31 * STALE),
    }
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        name = "to-credit" if order.kind == "credit" else "to-pay"
        return [(row[0], row[1], row[2]) for row in fetch(connection, order.agency, statement(name), params)]
