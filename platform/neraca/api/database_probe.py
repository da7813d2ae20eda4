"""Looks whether the database answers, on a connection of its own: a pool that is busy with requests says nothing.

Patience counts only the time in which this process could listen, so that a moment of heavy work is not taken for a
database that is away. Whoever asks while a look is under way gets the answer of that look.
"""

import asyncio
from datetime import timedelta

from psycopg import AsyncConnection, Error
from psycopg.errors import UndefinedFunction, UndefinedTable

from neraca.projecting.projection_status import STATUS_QUERY, ProjectionStatus, places
from neraca.store.pool import connection_options

PATIENCE = timedelta(seconds=2)
_TICK = timedelta(milliseconds=100)
_MOST_STALLED = 10
"""Times the patience, after which an answer is given in any case."""


class DatabaseSilent(Exception):
    """Why nothing is known: the message may be shown to anybody."""


class DatabaseProbe:
    def __init__(self, url: str, *, patience: timedelta = PATIENCE) -> None:
        self._url = url
        self._ticks = patience // _TICK
        self._connection: AsyncConnection | None = None
        self._looking: asyncio.Task[list[ProjectionStatus]] | None = None

    async def look(self) -> list[ProjectionStatus]:
        """Raises DatabaseSilent."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._patiently())
        # Shielded: one who gives up must not end the look for the others.
        return await asyncio.shield(self._looking)

    async def close(self) -> None:
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._leave()

    async def _patiently(self) -> list[ProjectionStatus]:
        asking = asyncio.create_task(self._ask())
        try:
            loop = asyncio.get_running_loop()
            left, end = self._ticks, loop.time() + self._ticks * _MOST_STALLED * _TICK.total_seconds()
            while left and loop.time() < end:
                began = loop.time()
                if (await asyncio.wait({asking}, timeout=_TICK.total_seconds()))[0]:
                    return asking.result()
                # A tick that took longer than it should was this process's own stall: the database is not to blame.
                left -= loop.time() - began < 2 * _TICK.total_seconds()
        except (UndefinedTable, UndefinedFunction):
            raise DatabaseSilent("the read models are not built: run `neraca migrate`") from None
        except (Error, OSError) as error:
            await self._leave()
            raise DatabaseSilent("the database does not answer") from error
        finally:
            asking.cancel()
        self._connection = None  # whatever is on its way there, nobody waits for it
        raise DatabaseSilent("the database does not answer")

    async def _ask(self) -> list[ProjectionStatus]:
        for again in (True, False):
            if self._connection is None or self._connection.closed:
                self._connection = await AsyncConnection.connect(
                    self._url, autocommit=True, options=connection_options(self._url, "neraca_app")
                )
            connection = self._connection
            try:
                return places(await (await connection.execute(STATUS_QUERY, prepare=True)).fetchall())
            except Error:
                if not (connection.closed and again):  # it may have been lost since the last look
                    raise
        raise AssertionError

    async def _leave(self) -> None:
        if self._connection and not self._connection.closed:
            await self._connection.close()
        self._connection = None
