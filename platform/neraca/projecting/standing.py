"""Where every projection stands, as the database has it: whichever process follows, and whether one does."""

from datetime import datetime
from typing import Any, LiteralString

from msgspec import Struct
from psycopg import Connection

from neraca.projecting.statements import statement


class Place(Struct, frozen=True):
    """`at_fault` events are set aside, and `waiting` ones behind them. `stuck` says why it stands still, since when.

    `projection` is None where none has begun.
    """

    agency: str
    head: int
    projection: str | None
    position: int
    at_fault: int
    waiting: int
    stuck: str | None
    since: datetime | None

    @property
    def behind(self) -> int:
        return max(0, self.head - self.position)


class SetAside(Struct, frozen=True):
    agency: str
    projection: str
    position: int
    tag: str
    reason: str
    waiting: int


STANDING: LiteralString = statement("standing")


def places(rows: list[tuple[Any, ...]]) -> list[Place]:
    """Of the rows of `STANDING`."""
    return [Place(*row) for row in rows]


def look(connection: Connection) -> list[Place]:
    return places(connection.execute(STANDING).fetchall())


def set_aside(connection: Connection) -> list[SetAside]:
    """The events at fault, each with the number of those that wait for it."""
    return [SetAside(*row) for row in connection.execute(statement("at-fault")).fetchall()]
