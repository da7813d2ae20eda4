"""Reads the database without blocking: the application role, one agency named per transaction, one round trip."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, LiteralString, TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from neraca.api.statements import statement
from neraca.store.pool import connection_options

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[DictRow]]

LONGEST_STATEMENT = 15_000
"""Milliseconds. Nothing that is asked here takes long; what does must not hold a connection."""


def open_reads(url: str, *, smallest: int = 1, largest: int = 8, timeout: timedelta = timedelta(seconds=10)) -> "Reads":
    """Not connected until it is entered as a context."""
    return Reads(
        AsyncConnectionPool(
            url,
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "autocommit": True,
                "options": f"{connection_options(url, 'neraca_app')} -c statement_timeout={LONGEST_STATEMENT}",
                "row_factory": dict_row,
            },
            configure=_raw_json,
            min_size=smallest,
            max_size=largest,
            timeout=timeout.total_seconds(),
            open=False,
            name="reads",
        )
    )


class Reads:
    """JSON columns arrive as the bytes they are, for a typed decoder: no number in them ever becomes a float."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rows(self, agency: str, name: str, params: Mapping[str, Any]) -> list[DictRow]:
        """Of the named statement, in a transaction that sees the rows of this agency only."""
        return await self._fetch(agency, statement(name), params)

    async def one(self, agency: str, name: str, params: Mapping[str, Any]) -> DictRow:
        """For statements that always have exactly one row."""
        return (await self._fetch(agency, statement(name), params))[0]

    async def heads(self) -> dict[str, int]:
        """The last position of every agency's log."""
        return await self._everywhere("heads")

    async def passed(self) -> dict[str, int]:
        """The position that all projections of an agency have passed."""
        return await self._everywhere("passed")

    async def lag(self) -> list[DictRow]:
        """How far each projection of each agency is."""
        async with self._pool.connection() as connection:
            return await (await connection.execute(statement("lag"), prepare=True)).fetchall()

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def _fetch(self, agency: str, query: LiteralString, params: Mapping[str, Any]) -> list[DictRow]:
        async with self._pool.connection() as connection, connection.pipeline():
            await connection.execute("begin read only")
            await connection.execute("select set_config('neraca.agency', %s, true)", (agency,), prepare=True)
            cursor = await connection.cursor(binary=True).execute(query, params, prepare=True)
            await connection.execute("commit")
            return await cursor.fetchall()

    async def _everywhere(self, name: str) -> dict[str, int]:
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(statement(name), prepare=True)).fetchall()
        return {row["agency"]: row["position"] for row in rows}


async def _raw_json(connection: AsyncConnection[Any]) -> None:
    set_json_loads(_as_it_came, connection)


def _as_it_came(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
