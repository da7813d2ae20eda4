"""Waiting for a position: one look at the database serves everyone who waits, and none is taken while nobody does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from neraca.api.shared_look import SharedLook

_TICK = timedelta(milliseconds=25)


class PositionWaiter:
    """`look` says how far each agency is: the heads of the logs, or what the projections have passed."""

    def __init__(self, look: Callable[[], Awaitable[dict[str, int]]], *, tick: timedelta = _TICK) -> None:
        self._look = SharedLook(look)
        self._tick = tick.total_seconds()
        self._seen: dict[str, int] = {}

    async def reached(self, agency: str, position: int, patience: timedelta) -> int | None:
        """How far the agency is once it has reached the position; None if it did not within that time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience.total_seconds()
        while self._seen.get(agency, 0) < position:
            self._seen = await self._look.taken()
            if self._seen.get(agency, 0) >= position:
                break
            left = deadline - loop.time()
            if left <= 0:
                return None
            await asyncio.sleep(min(self._tick, left))
        return self._seen.get(agency, 0)

    async def latest(self, agency: str) -> int:
        """How far the agency is, by a look that began after this was asked."""
        self._seen = await self._look.taken()
        return self._seen.get(agency, 0)
