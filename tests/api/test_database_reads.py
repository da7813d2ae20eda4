"""A connection comes back as it was lent, or is not lent again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from neraca.api.database_reads import open_reads

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
