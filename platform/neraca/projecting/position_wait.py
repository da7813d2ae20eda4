"""Lets a reader wait until the read models have passed a position, so that it sees what it has just written."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from neraca.projecting.statements import statement

_FIRST_PAUSE = timedelta(milliseconds=5)
_LAST_PAUSE = timedelta(milliseconds=100)


async def wait_until(
    pool: AsyncConnectionPool[AsyncConnection],
    agency: str,
    position: int,
    projections: Sequence[str],
    timeout: timedelta,
) -> bool:
    """False if one of these projections is still behind `position` after the timeout, whichever process follows."""
    loop = asyncio.get_running_loop()
    deadline = timedelta(seconds=loop.time()) + timeout
    pause = _FIRST_PAUSE
    while True:
        reached = await slowest(pool, agency, projections)
        if reached is not None and reached >= position:
            return True
        left = deadline - timedelta(seconds=loop.time())
        if left <= timedelta(0):
            return False
        await asyncio.sleep(min(pause, left).total_seconds())
        pause = min(pause * 2, _LAST_PAUSE)


async def slowest(pool: AsyncConnectionPool[AsyncConnection], agency: str, projections: Sequence[str]) -> int | None:
    """The position all of these projections have passed; None if one has not begun there."""
    params = {"agency": agency, "projections": list(projections)}
    async with pool.connection() as connection:
        row = await (await connection.execute(statement("slowest"), params, prepare=True)).fetchone()
    return row[0] if row else None
