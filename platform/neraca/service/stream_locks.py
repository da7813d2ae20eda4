"""One batch at a time on a stream, within this process: who comes second decides on what the first has left.

Without it the second decides on the same version as the first, is refused by the log, and starts again, and with many
who add to one stream most of the work is thrown away. Units that share no stream never wait for one another.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from time import monotonic
from uuid import UUID

PATIENCE = timedelta(seconds=20)


class Busy(Exception):
    """So many want to change the same stream that this batch's turn did not come. Nothing of it was stored."""

    def __init__(self) -> None:
        super().__init__("many are writing to the same place just now: send it again, with the same key")


class _StreamLock:
    __slots__ = ("lock", "wanted")

    def __init__(self) -> None:
        self.lock = Lock()
        self.wanted = 0


class StreamLocks:
    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self._patience = patience
        self._locks: dict[UUID, _StreamLock] = {}
        self._mutex = Lock()

    @contextmanager
    def take(self, streams: Iterable[UUID], *, wait: bool = True) -> Generator[float]:
        """All of them, and until when, by the monotonic clock, the batch may try.

        Raises Busy; without `wait` at once where anybody else has one of them, or waits for it.
        """
        deadline = monotonic() + self._patience.total_seconds()
        taken: list[UUID] = []
        try:
            for stream in sorted(set(streams)):  # in one order everywhere, so that no two wait for each other
                if not self._acquire(stream, deadline, wait=wait):
                    raise Busy
                taken.append(stream)
            yield deadline
        finally:
            for stream in taken:
                self._release(stream)

    def _acquire(self, stream: UUID, deadline: float, *, wait: bool) -> bool:
        with self._mutex:
            if not wait and stream in self._locks:
                return False
            turn = self._locks.setdefault(stream, _StreamLock())
            # Counted before it is waited for, or its holder would throw it away on leaving.
            turn.wanted += 1
        had = False
        try:
            had = turn.lock.acquire(timeout=max(0, deadline - monotonic()))
        finally:
            if not had:
                self._leave(stream, turn)
        return had

    def _release(self, stream: UUID) -> None:
        turn = self._locks[stream]
        turn.lock.release()
        self._leave(stream, turn)

    def _leave(self, stream: UUID, turn: _StreamLock) -> None:
        with self._mutex:
            turn.wanted -= 1
            if not turn.wanted:
                del self._locks[stream]
