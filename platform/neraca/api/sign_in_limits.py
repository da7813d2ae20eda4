"""How often somebody may try in vain to sign in to the pages: counted in the database, so that all servers count alike.

Where wrong tries came from within a minute, none is taken for the rest of it, however right.
"""

from asyncio import Semaphore
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from neraca.api.database_reads import Reads
from neraca.api.key_admission import origin
from neraca.api.problems import Problem
from neraca.api.rate_limits import RateLimit
from neraca.store.shares import NOBODYS

MOST_WRONG = 20
"""Of an agency, or with tokens, and from one place within a minute."""

AT_ONCE = 4
"""From one place: of many that come at once all would be let through before any was counted."""

_WHAT = "sign-in"
_LIMIT = RateLimit("wrong-sign-ins", MOST_WRONG, 60)


class SignInLimits:
    def __init__(self, reads: Reads, clock: Callable[[], datetime]) -> None:
        self._reads = reads
        self._clock = clock
        self._turns: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def trying(self, address: str, agency: str = NOBODYS) -> AsyncGenerator[None, None]:
        """While something is tried, and counted if it was in vain. Raises Problem `too-many-wrong-keys`."""
        async with self._turns.setdefault(origin(address), Semaphore(AT_ONCE)):
            await self._require(address, agency)
            yield

    async def _require(self, address: str, agency: str) -> None:
        params = {"most": MOST_WRONG, **self._of(address, agency)}
        [row] = await self._reads.called(agency, "tries-wait", params)
        if (wait := row["wait"]) is not None:
            told = f"{MOST_WRONG} sign-ins in vain came from there within a minute; try again when it is over"
            again = {"Retry-After": str(wait), **_LIMIT.headers(0, wait)}
            raise Problem("too-many-wrong-keys", told, headers=again)

    async def count(self, address: str, agency: str = NOBODYS) -> None:
        """One in vain."""
        await self._reads.called(agency, "wrong-try", self._of(address, agency))

    def _of(self, address: str, agency: str) -> dict[str, object]:
        return {"agency": agency, "what": _WHAT, "origin": origin(address), "now": self._clock()}
