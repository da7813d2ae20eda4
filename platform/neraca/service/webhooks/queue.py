"""What is to be sent to one receiver, and what became of it. One process at a time has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from neraca.service.statements import statement
from neraca.store.pool import fetch

_TOGETHER = 100
"""Events read at once."""

_COLUMNS = ("position", "stream", "version", "type", "recorded_at", "data")


class Receiver(Struct, frozen=True):
    """Has all up to `position`; `attempts` failed for what comes next. `secrets` are all that sign, the newest first.
    `may_follow`: its owner still reads the log, if it is a program with a key.
    """

    owner: str
    url: str
    types: Sequence[str] | None
    secrets: Sequence[bytes]
    position: int
    attempts: int
    head: int
    may_follow: bool


class ReceiverQueue:
    """Over a connection of its own: the lock goes with it."""

    def __init__(self, connection: Connection, agency: str, id_: UUID) -> None:
        self._connection = connection
        self._agency = agency
        self._id = id_

    def lock(self) -> bool:
        """False where another process is at it."""
        [(got,)] = self._asked("webhook-lock")
        return got

    def receiver(self, now: datetime) -> Receiver | None:
        """None where it was removed or is not to be tried yet."""
        rows = self._asked("webhook-state", now=now)
        return Receiver(*rows[0]) if rows else None

    def letters(self) -> list[dict[str, Any]]:
        """Events that were given up and are wanted again, as rows of the log."""
        return [dict(zip(_COLUMNS, row, strict=True)) for row in self._asked("webhook-letters", limit=_TOGETHER)]

    def events(self, receiver: Receiver) -> list[dict[str, Any]]:
        """The next of its types."""
        rows = self._asked(
            "webhook-events",
            after=receiver.position,
            until=receiver.head,
            types=None if receiver.types is None else [*receiver.types],
            limit=_TOGETHER,
        )
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

    def delivered(self, before: int, position: int) -> bool:
        """Moves it on, if nobody has moved it meanwhile."""
        return bool(self._asked("webhook-delivered", before=before, position=position))

    def failed(self, before: int, trouble: str, next_at: datetime) -> None:
        self._asked("webhook-failed", before=before, trouble=trouble, next_at=next_at)

    def died(self, before: int, position: int, trouble: str, now: datetime) -> bool:
        """Gives up an event, and moves on past it."""
        return bool(self._asked("webhook-died", before=before, position=position, trouble=trouble, now=now))

    def gone(self, trouble: str, now: datetime) -> None:
        """Sends nothing more until somebody asks for it."""
        self._asked("webhook-gone", trouble=trouble, now=now)

    def letter_delivered(self, position: int) -> None:
        self._asked("webhook-letter-delivered", position=position)

    def letter_failed(self, position: int, trouble: str, now: datetime) -> None:
        self._asked("webhook-letter-failed", position=position, trouble=trouble, now=now)

    def _asked(self, name: str, **params: Any) -> list[tuple[Any, ...]]:
        known = {"agency": self._agency, "id": self._id, **params}
        return fetch(self._connection, self._agency, statement(name), known)
