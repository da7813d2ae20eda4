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


def test_a_connection_on_which_somebody_was_stopped_is_not_lent_again(world: Any) -> None:
    """How far it had come nobody knows: what was to be prepared for the next may never have been."""

    async def ask() -> tuple[int, int, dict[str, int]]:
        reads = open_reads(world.url, largest=1)
        pool = reads._pool  # pyright: ignore[reportPrivateUsage]

        async def backend() -> int:
            async with pool.connection() as connection:
                return connection.info.backend_pid

        await reads.open()
        try:
            before = await backend()
            with psycopg.connect(world.url) as locking:
                locking.execute("lock table ledger.heads in access exclusive mode")
                stopped = asyncio.create_task(reads.heads())
                await asyncio.wait({stopped}, timeout=0.1)
                stopped.cancel()
                await asyncio.gather(stopped, return_exceptions=True)
            return before, await backend(), await reads.heads()
        finally:
            await reads.close()

    before, after, heads = asyncio.run(ask())
    assert before != after
    assert heads["surabaya"] > 0
