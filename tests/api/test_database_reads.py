"""A connection comes back as it was lent, or is not lent again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from neraca.api.database_reads import open_reads
from neraca.api.graphql.support.as_of import moment
from neraca.service.statements import PRESENT

UNKNOWN = {
    "agency": "surabaya", "id": "nobody", "digest": b"x" * 32, "origin": "here", "most": 10,
    "now": datetime(2025, 3, 3, 2, tzinfo=UTC),
}  # fmt: skip


def test_a_connection_that_somebody_left_in_the_midst_of_something_is_not_lent_again(world: Any) -> None:
    async def ask() -> list[Any]:
        reads = open_reads(world.url, largest=1)
        pool = reads._pool  # pyright: ignore[reportPrivateUsage]
        await reads.open()
        try:
            async with pool.connection() as connection:
                await connection.pipeline().__aenter__()
                await connection.execute("select 1")
            return await reads.called("surabaya", "api-key", UNKNOWN)
        finally:
            await reads.close()

    assert len(asyncio.run(ask())) == 1


def test_a_statement_that_was_refused_is_asked_again_on_the_same_connection(world: Any) -> None:
    asked = {"agency": "surabaya", "period": "2025-Q1", "by_unit": False, "by_outcome": True, **moment(None)}

    async def ask() -> list[Any]:
        reads = open_reads(world.url, largest=1)
        await reads.open()
        try:
            before = await reads.one("surabaya", "graphql/summary", asked, PRESENT)
            with pytest.raises(psycopg.DataError, match="boolean"):
                await reads.one("surabaya", "graphql/summary", asked | {"by_unit": "perhaps"}, PRESENT)
            return [before, await reads.one("surabaya", "graphql/summary", asked, PRESENT)]
        finally:
            await reads.close()

    before, after = asyncio.run(ask())
    assert before == after != {}
