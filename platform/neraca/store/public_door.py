"""What waits at the public door of surveys, by the functions that alone may touch it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.pool import Params, connection_for, fetch
from neraca.store.statements import statement


class WaitingAnswer(Struct, frozen=True):
    """`answers` is element -> answer as JSON; `noticed` what was noticed of how it came."""

    id: UUID
    receipt: str
    answers: bytes
    unverified: bool
    noticed: list[str]


class WaitingComment(Struct, frozen=True):
    id: UUID
    words: str


class PublicDoor:
    """Of a database. Nothing that it gives says who answered, or when."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool

    def batch(self, agency: str, stream: UUID, point: str, *, least: int, kept: int, most: int) -> UUID | None:
        """The name of those that are to be passed on next: begun before, or chosen by chance of at least so many,
        of which so many are kept back. None where too few wait.
        """
        params = {
            "agency": agency, "stream": stream, "point": point, "least": least, "kept": kept, "most": most,
        }  # fmt: skip
        [(found,)] = self._fetch(agency, "door-batch", params)
        return found

    def answers(self, agency: str, batch: UUID) -> list[WaitingAnswer]:
        rows = self._fetch(agency, "door-answers", {"agency": agency, "batch": batch})
        return [WaitingAnswer(id_, receipt, said.encode(), apart, seen) for id_, receipt, said, apart, seen in rows]

    def comments(self, agency: str, batch: UUID) -> list[WaitingComment]:
        rows = self._fetch(agency, "door-comments", {"agency": agency, "batch": batch})
        return [WaitingComment(*row) for row in rows]

    def passed_on(self, agency: str, batch: UUID) -> None:
        """The log has them now."""
        self._fetch(agency, "door-passed-on", {"agency": agency, "batch": batch})

    def shut(self, agency: str, stream: UUID, points: Sequence[str]) -> None:
        """Nothing more is taken, and which tokens were used is forgotten."""
        self._fetch(agency, "door-shut", {"agency": agency, "stream": stream, "points": [*points]})

    def _fetch(self, agency: str, name: str, params: Params) -> list[tuple[Any, ...]]:
        with connection_for(self._pool, agency) as connection:
            return fetch(connection, agency, statement(name), params)


def decoded(answers: bytes) -> dict[str, int]:
    return msgspec.json.decode(answers, type=dict[str, int])
