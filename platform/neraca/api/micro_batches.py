"""Batches of what comes at the same moment: what comes while others are asked of the database is asked next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct
from psycopg import DataError

MOST = 64
"""Of one place that are asked together."""

Place = TypeVar("Place", bound=Hashable)
Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Turn: TypeAlias = Callable[[Place], AbstractAsyncContextManager[object]]


class _Pending(Struct, Generic[Item, Outcome], frozen=True, eq=False):
    item: Item
    outcome: "asyncio.Future[Outcome]"


class MicroBatches(Generic[Place, Item, Outcome]):
    """Belongs to one event loop. `ask` is given what belongs to one place, in the order in which it came, and gives an
    outcome for each; it is asked once at a time of a place, when it is its `turn`.
    """

    def __init__(self, ask: Callable[[Place, Sequence[Item]], Awaitable[Sequence[Outcome]]], turn: Turn[Place]) -> None:
        self._ask = ask
        self._turn = turn
        self._lines: dict[Place, deque[_Pending[Item, Outcome]]] = {}
        self._working: set[asyncio.Task[None]] = set()

    async def take(self, place: Place, item: Item) -> Outcome:
        """Its outcome. Raises what `ask` raises."""
        loop = asyncio.get_running_loop()
        pending = _Pending[Item, Outcome](item, loop.create_future())
        line = self._lines.get(place)
        if line is None:
            self._lines[place] = deque([pending])
            task = loop.create_task(self._work(place))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        else:
            line.append(pending)
        return await pending.outcome

    async def _work(self, place: Place) -> None:
        line = self._lines[place]
        while line:
            async with self._turn(place):
                # Nobody waits any more for those that are done: whoever asked has gone.
                some = [one for _ in range(min(len(line), MOST)) if not (one := line.popleft()).outcome.done()]
                if some:
                    await self._settle(place, some)
        # Nothing comes between this and the last look at the line.
        del self._lines[place]

    async def _settle(self, place: Place, some: Sequence[_Pending[Item, Outcome]]) -> None:
        try:
            outcomes = await self._ask(place, [one.item for one in some])
        except DataError as error:
            # What is wrong with one of them is not the others' fault, with whom nothing was done.
            if len(some) == 1:
                _fail(some, error)
            for one in some if len(some) > 1 else ():
                await self._settle(place, [one])
        except Exception as error:
            _fail(some, error)
        else:
            for one, outcome in zip(some, outcomes, strict=True):
                if not one.outcome.done():
                    one.outcome.set_result(outcome)


def _fail(some: Sequence[_Pending[Item, Outcome]], error: Exception) -> None:
    for one in some:
        if not one.outcome.done():
            one.outcome.set_exception(error)
