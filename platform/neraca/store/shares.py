"""Places of which there are few, such as connections: no agency holds so many of them that others must wait for it.

An agency holds half of them at the most, and the last quarter only goes to agencies that hold none. So one whose rows
are locked or whose reads stall, or two at a time, leave places to all others; whoever comes for such an agency waits
behind its own, not in front of others.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from typing import TypeAlias

from psycopg_pool import PoolTimeout

NOBODYS = ""
"""For what is asked of all agencies at once."""

Ready: TypeAlias = Callable[[], object]


class AgencyBusy(PoolTimeout, TimeoutError):
    """All places that an agency may have were held for too long."""

    def __init__(self, agency: str) -> None:
        whose = agency or "the server"
        super().__init__(
            f"{whose} is busy: what was asked before this is not done yet; ask again in a moment, what is written with "
            "the same Idempotency-Key"
        )
        self.agency = agency


class Shares:
    """Safe to share between threads."""

    def __init__(self, most: int, *, each: int | None = None, kept: int | None = None) -> None:
        self._most = most
        self._each = max(1, most // 2) if each is None else each
        self._kept = most // 4 if kept is None else kept
        self._taken = 0
        self._held: dict[str, int] = {}
        self._waiting: dict[str, deque[Ready]] = {}
        self._mutex = Lock()

    def at_once(self, agency: str) -> bool:
        """Whether a place was free, and is held now."""
        with self._mutex:
            if free := self._room(agency):
                self._hold(agency)
        return free

    def take(self, agency: str, ready: Ready) -> bool:
        """Whether there is a place now. Where not, `ready` is called as soon as one is held, by whoever gave it up;
        until then it can be forgotten.
        """
        with self._mutex:
            if self._room(agency):
                self._hold(agency)
                return True
            self._waiting.setdefault(agency, deque()).append(ready)
        return False

    def forget(self, agency: str, ready: Ready) -> bool:
        """Whether it was still waiting. Where not it holds a place, which is to be left."""
        with self._mutex:
            line = self._waiting.get(agency)
            if line is None or ready not in line:
                return False
            line.remove(ready)
            if not line:
                del self._waiting[agency]
        return True

    def leave(self, agency: str) -> None:
        with self._mutex:
            self._taken -= 1
            left = self._held.pop(agency) - 1
            if left:
                self._held[agency] = left
            served = self._serve() if self._waiting else ()
        for ready in served:
            ready()

    def enter(self, agency: str, patience: timedelta | None) -> None:
        """Blocks until a place is held. Raises AgencyBusy; with None it waits on."""
        signal = Lock()
        # Taken from the start: whoever waits takes it once more, and goes on when somebody releases it.
        signal.acquire()
        if self.take(agency, signal.release):
            return
        try:
            had = signal.acquire(timeout=-1 if patience is None else patience.total_seconds())
        except BaseException:  # interrupted, as by Ctrl-C
            if not self.forget(agency, signal.release):
                self.leave(agency)
            raise
        if not had and self.forget(agency, signal.release):
            raise AgencyBusy(agency)

    @contextmanager
    def held(self, agency: str, patience: timedelta | None) -> Generator[None]:
        """What `enter` does, and the place is left at the end."""
        self.enter(agency, patience)
        try:
            yield
        finally:
            self.leave(agency)

    def awaited(self, agency: str, patience: timedelta | None = None) -> "Place":
        """What `held` does, on an event loop, where places are taken and left on that loop only."""
        return Place(self, agency, patience)

    async def entered(self, agency: str, patience: timedelta | None) -> None:
        """What `enter` does, on an event loop."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[None] = loop.create_future()

        def ready() -> None:
            if not answer.done():
                answer.set_result(None)

        def too_late() -> None:
            if not answer.done():
                answer.set_exception(AgencyBusy(agency))

        if self.take(agency, ready):
            return
        late = None if patience is None else loop.call_later(patience.total_seconds(), too_late)
        try:
            await answer
        except BaseException:
            if not self.forget(agency, ready):
                self.leave(agency)
            raise
        finally:
            if late is not None:
                late.cancel()

    def _room(self, agency: str) -> bool:
        """Call with the mutex held."""
        held, free = self._held.get(agency, 0), self._most - self._taken
        return free > 0 if not held else held < self._each and free > self._kept

    def _hold(self, agency: str) -> None:
        self._taken += 1
        self._held[agency] = self._held.get(agency, 0) + 1

    def _serve(self) -> list[Ready]:
        """Those who have a place now, of each agency one. Call with the mutex held."""
        served: list[Ready] = []
        for agency in list(self._waiting):
            if not self._room(agency):
                continue
            self._hold(agency)
            # At the end of the agencies that wait: they take turns.
            line = self._waiting.pop(agency)
            served.append(line.popleft())
            if line:
                self._waiting[agency] = line
        return served


class Place:
    """A place while the context is open. A class, for a generator takes longer than most who come have to wait."""

    __slots__ = ("_agency", "_patience", "_shares")

    def __init__(self, shares: Shares, agency: str, patience: timedelta | None) -> None:
        self._shares = shares
        self._agency = agency
        self._patience = patience

    async def __aenter__(self) -> None:
        if not self._shares.at_once(self._agency):
            await self._shares.entered(self._agency, self._patience)

    async def __aexit__(self, *_: object) -> None:
        self._shares.leave(self._agency)
