"""What events of some types come to, kept by agency and brought up to date when asked.

The log has no index of its types, so that to look for few of them is to read past all the others.
"""

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

KnownT = TypeVar("KnownT")


class Recorded(Protocol):
    """An event at its log position."""

    @property
    def position(self) -> int: ...

    @property
    def event(self) -> Any: ...


class Reading(Protocol):
    """What is read of the log: events of some types above a position, in log order."""

    def of_types(self, agency: str, tags: Collection[str], after: int = 0) -> Iterator[Recorded]: ...


class Kept(Generic[KnownT]):
    """What is known of an agency by the log up to a position at least."""

    def __init__(self, known: KnownT) -> None:
        self.known = known
        self.looked_at = 0
        self.lock = Lock()


class LogIndex(Generic[KnownT]):
    """Safe to share between threads: an agency is read by one at a time, and no other waits for it."""

    def __init__(
        self,
        reading: Reading,
        tags: Collection[str],
        nothing: Callable[[], KnownT],
        take: Callable[[KnownT, Recorded], None],
    ) -> None:
        self._reading = reading
        self._tags = tags
        self._nothing = nothing
        self._take = take
        self._agencies: dict[str, Kept[KnownT]] = {}
        self._mutex = Lock()

    @contextmanager
    def upto(self, agency: str, until: int) -> Generator[Kept[KnownT]]:
        """Brought up to a position; it moves no further until it is left."""
        with self._mutex:
            if agency not in self._agencies:
                self._agencies[agency] = Kept(self._nothing())
            kept = self._agencies[agency]
        with kept.lock:
            # The log has no gaps: what is there up to a position never changes.
            if kept.looked_at < until:
                for past in self._reading.of_types(agency, self._tags, kept.looked_at):
                    self._take(kept.known, past)
                    kept.looked_at = past.position
                kept.looked_at = max(kept.looked_at, until)
            yield kept
