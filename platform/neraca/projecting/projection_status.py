"""Where every projection stands, as the database has it: whichever process follows, and whether one does."""

from datetime import datetime
from typing import Any, LiteralString

from msgspec import Struct
from psycopg import Connection

from neraca.projecting.statements import statement


class ProjectionStatus(Struct, frozen=True):
    """`at_fault` events are set aside, and `waiting` ones behind them. `stuck` says why it has stopped, or
    that it has where the reason is not for whoever asks, and since when.

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
    def lag(self) -> int:
        return max(0, self.head - self.position)


class SetAsideSummary(Struct, frozen=True):
    agency: str
    projection: str
    position: int
    tag: str
    reason: str
    waiting: int


STATUS_QUERY: LiteralString = statement("projection-status")


def places(rows: list[tuple[Any, ...]]) -> list[ProjectionStatus]:
    """Of the rows of `STATUS_QUERY`."""
    return [ProjectionStatus(*row) for row in rows]


def look(connection: Connection) -> list[ProjectionStatus]:
    return places(connection.execute(STATUS_QUERY).fetchall())


def set_aside(connection: Connection) -> list[SetAsideSummary]:
    """The events at fault, each with the number of those that wait for it."""
    return [SetAsideSummary(*row) for row in connection.execute(statement("at-fault")).fetchall()]
