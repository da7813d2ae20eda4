"""How many streams a token may hold open at once: each is a connection and a share of every new event."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from neraca.api.problems import Problem
from neraca.api.rate_limits import RateLimit

PER_TOKEN = 8
_UNCLAIMED = timedelta(seconds=30)


class StreamLimits:
    def __init__(self, most: int = PER_TOKEN) -> None:
        self._most = most
        self._limit = RateLimit("streams", most)
        self._taken: Counter[str] = Counter()

    def take(self, whose: str) -> "StreamSlot":
        """Raises Problem `too-many-streams`."""
        if self._taken[whose] >= self._most:
            raise Problem(
                "too-many-streams",
                f"this token has {self._most} streams open, which is the most: close one, then open another",
                headers={"Retry-After": "30", **self._limit.headers(0)},
            )
        self._taken[whose] += 1
        return StreamSlot(self, whose)

    def told(self, whose: str) -> Mapping[str, str]:
        """Headers that say how many more may be opened."""
        return self._limit.headers(self._most - self._taken[whose])

    def leave(self, whose: str) -> None:
        self._taken[whose] -= 1
        if not self._taken[whose]:
            del self._taken[whose]


class StreamSlot:
    """Given up by itself where the stream it was taken for never begins."""

    def __init__(self, seats: StreamLimits, whose: str) -> None:
        self._seats = seats
        self._whose = whose
        self._left = False
        # A client that goes before the first byte leaves a stream that never runs, and so never ends either.
        self._timer = asyncio.get_running_loop().call_later(_UNCLAIMED.total_seconds(), self.leave)

    def claim(self) -> None:
        self._timer.cancel()

    def leave(self) -> None:
        self._timer.cancel()
        if not self._left:
            self._left = True
            self._seats.leave(self._whose)
