"""Lists what a policy makes of all who have a final result of a period, by a command for each of them.

Each is decided by itself: what is refused of one keeps nobody else waiting, and is told with the reason.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from neraca.domain import authorisation
from neraca.domain.contexts import Actor
from neraca.domain.development.candidacy import AssessCandidacy
from neraca.domain.errors import AlreadyDone, NotOpen, Refusal
from neraca.domain.period import Period
from neraca.domain.vocabulary import CandidacyKind
from neraca.service.command_batch import CommandBatch
from neraca.service.command_handler import CommandHandler
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool


class ListingOrder(Struct, frozen=True):
    agency: str
    kind: CandidacyKind
    period: Period
    unit: str | None = None


class ListingOutcome(Struct, frozen=True):
    """`why` says what was refused, and what to do; of whom people have nominated nothing is listed."""

    employee: str
    outcome: Literal["listed", "unchanged", "nominated", "refused"]
    why: str | None = None


def list_all(
    service: CommandHandler, url: str, actor: Actor, order: ListingOrder, now: Callable[[], datetime]
) -> list[ListingOutcome]:
    """By employee number. Raises NotAllowed where the actor may send no such command, whomever it concerns."""
    authorisation.belongs(actor, order.agency)
    authorisation.check(_command(order, ""), actor)
    return [_one(service, actor, order, now(), employee) for employee in _concerned(url, order)]


def _one(service: CommandHandler, actor: Actor, order: ListingOrder, now: datetime, employee: str) -> ListingOutcome:
    try:
        service.handle(CommandBatch(agency=order.agency, actor=actor, commands=(_command(order, employee),), now=now))
    except AlreadyDone:
        return ListingOutcome(employee, "unchanged")
    except NotOpen:
        return ListingOutcome(employee, "nominated")
    except Refusal as refused:
        return ListingOutcome(employee, "refused", refused.message)
    return ListingOutcome(employee, "listed")


def _command(order: ListingOrder, employee: str) -> AssessCandidacy:
    return AssessCandidacy(employee=employee, kind=order.kind, period=order.period.label)


def _concerned(url: str, order: ListingOrder) -> Iterable[str]:
    params = {"agency": order.agency, "period": order.period.label, "unit": order.unit}
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        return [row[0] for row in fetch(connection, order.agency, statement("to-consider"), params)]
