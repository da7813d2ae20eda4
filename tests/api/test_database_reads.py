"""A connection comes back as it was lent, or is not lent again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from neraca.api import database_reads
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
                left = connection.pipeline()  # held, or its collection would go on with it in a task of its own
                await left.__aenter__()
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


def test_whoever_is_stopped_leaves_the_connection_as_it_was_lent(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> tuple[int, int, int]:
        reads = open_reads(world.url, largest=1)
        pool = reads._pool  # pyright: ignore[reportPrivateUsage]

        async def backend() -> int:
            async with pool.connection() as connection:
                return connection.info.backend_pid

        await reads.open()
        try:
            before = await backend()
            with psycopg.connect(world.url) as locking:
                locking.execute("lock table access.api_key in access exclusive mode")
                stopped = asyncio.create_task(reads.called("surabaya", "api-key", UNKNOWN))
                await asyncio.wait({stopped}, timeout=0.1)
                while not stopped.done():  # again and again, as those do who stop many together
                    stopped.cancel()
                    await asyncio.sleep(0)
            found = await reads.called("surabaya", "api-key", UNKNOWN)
            return before, await backend(), len(found)
        finally:
            await reads.close()

    before, after, found = asyncio.run(ask())
    assert (after, found) == (before, 1)
    assert [one.message for one in caplog.records if one.name.startswith("psycopg")] == []


def test_who_is_stopped_before_a_connection_is_free_asks_nothing(world: Any) -> None:
    asked: list[Any] = []

    async def note(connection: Any) -> None:
        asked.append(connection)

    async def ask() -> None:
        reads = open_reads(world.url, largest=1)
        await reads.open()
        try:
            async with reads._pool.connection():  # pyright: ignore[reportPrivateUsage]
                stopped = asyncio.create_task(reads._steady("surabaya", note))  # pyright: ignore[reportPrivateUsage]
                await asyncio.sleep(0.05)
                stopped.cancel()
                await asyncio.gather(stopped, return_exceptions=True)
            await reads.heads()
        finally:
            await reads.close()

    asyncio.run(ask())
    assert asked == []


def test_a_connection_at_hand_that_a_restart_has_cut_is_replaced(world: Any) -> None:
    asked = {"agency": "surabaya", "period": "2025-Q1", "by_unit": False, "by_outcome": True, **moment(None)}

    async def ask() -> list[Any]:
        reads = open_reads(world.url, largest=2)
        await reads.open()
        try:
            found = [await reads.one("surabaya", "graphql/summary", asked, PRESENT)]
            for _ in range(2):
                _cut(world.url)
                found += [await reads.one("surabaya", "graphql/summary", asked, PRESENT)]
            return found
        finally:
            await reads.close()

    first, *others = asyncio.run(ask())
    assert others == [first, first]


def test_connections_at_hand_are_given_back_to_their_pool_every_while(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_reads, "_AT_HAND", 0.05)
    asked = {"agency": "surabaya", "period": "2025-Q1", "by_unit": False, "by_outcome": True, **moment(None)}

    async def ask() -> tuple[int, int]:
        reads = open_reads(world.url, largest=1)
        pool = reads._direct._pool  # pyright: ignore[reportPrivateUsage]
        await reads.open()
        try:
            await reads.one("surabaya", "graphql/summary", asked, PRESENT)
            socket = reads._direct._idle[0].pgconn.socket  # pyright: ignore[reportPrivateUsage]
            at_hand = pool.get_stats()["pool_available"]
            while not pool.get_stats()["pool_available"]:
                await asyncio.sleep(0.01)
            assert not asyncio.get_running_loop().remove_reader(socket)  # whose number may be another's by then
            await reads.one("surabaya", "graphql/summary", asked, PRESENT)
            return at_hand, pool.get_stats()["requests_num"]
        finally:
            await reads.close()

    assert asyncio.run(ask()) == (0, 2)


def _cut(url: str) -> None:
    """Ends all other connections to the database, as a restart does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid()"
        )
