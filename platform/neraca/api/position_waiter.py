"""Waiting for a position: one look at the database serves everyone who waits, and none is taken while nobody does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

_TICK = timedelta(milliseconds=25)


class PositionWaiter:
    """`look` says how far each agency is: the heads of the logs, or what the projections have passed."""

    def __init__(self, look: Callable[[], Awaitable[dict[str, int]]], *, tick: timedelta = _TICK) -> None:
        self._look = look
        self._tick = tick.total_seconds()
        self._seen: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    async def reached(self, agency: str, position: int, patience: timedelta) -> int | None:
        """How far the agency is once it has reached the position; None if it did not within that time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.total_seconds()
        while self._seen.get(agency, 0) < position:
            await self._fresh()
            if self._seen.get(agency, 0) >= position:
                break
            left = deadline - loop.time()
            if left <= 0:
                return None
            await asyncio.sleep(min(self._tick, left))
        return self._seen.get(agency, 0)

    async def latest(self, agency: str) -> int:
        """How far the agency is, by a look that began after this was asked."""
        await self._fresh()
        return self._seen.get(agency, 0)

    async def _fresh(self) -> None:
        """One look at a time: whoever comes while it is under way takes the next."""
        if self._looking is not None and not self._looking.done():
            # It may have read before what is waited for was there, and to whom has no patience it would be the last.
            await asyncio.wait({self._looking})
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._take_a_look())
        await asyncio.shield(self._looking)

    async def _take_a_look(self) -> None:
        self._seen = await self._look()
