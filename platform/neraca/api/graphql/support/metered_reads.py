"""The reads of one query, and how much they have brought: what is too much is told before it is decoded."""

from collections.abc import Mapping
from typing import Any

from psycopg.rows import DictRow

from neraca.api.database_reads import Reads
from neraca.api.graphql.support.context import client_error


class MeteredReads(Reads):
    """Raises an error with code TOO_MUCH beyond `most` bytes of JSON."""

    def __init__(self, reads: Reads, most: int) -> None:
        self._reads = reads
        self._most = most
        self._read = 0

    async def rows(
        self, agency: str, name: str, params: Mapping[str, Any], wanted: frozenset[str] | None = None
    ) -> list[DictRow]:
        return self._metered(await self._reads.rows(agency, name, params, wanted))

    async def one(
        self,
        agency: str,
        name: str,
        params: Mapping[str, Any],
        wanted: frozenset[str] | None = None,
        told: str | None = None,
    ) -> DictRow:
        return self._metered([await self._reads.one(agency, name, params, wanted, told)])[0]

    async def heads(self) -> dict[str, int]:
        return await self._reads.heads()

    async def passed(self) -> dict[str, int]:
        return await self._reads.passed()

    def _metered(self, rows: list[DictRow]) -> list[DictRow]:
        self._read += sum(len(value) for row in rows for value in row.values() if isinstance(value, bytes))
        if self._read > self._most:
            raise client_error(
                "TOO_MUCH", f"more than {self._most:,} bytes would be read for it; ask for less at a time"
            )
        return rows
