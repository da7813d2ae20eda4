"""One look at the database for all who ask for the same at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

SeenT = TypeVar("SeenT")


class SharedLook(Generic[SeenT]):
    def __init__(self, look: Callable[[], Awaitable[SeenT]]) -> None:
        self._look = look
        self._under_way: asyncio.Task[SeenT] | None = None

    async def taken(self) -> SeenT:
        """What is seen by a look that began after this was asked."""
        if self._under_way is not None and not self._under_way.done():
            # It may have read before what is asked for was there: whoever comes meanwhile takes the next, together.
            await asyncio.wait({self._under_way})
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._taken())
        return await asyncio.shield(self._under_way)

    async def _taken(self) -> SeenT:
        return await self._look()
