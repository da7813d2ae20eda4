"""Which training of a plan of units each employee completed, from the log: brought up to date when asked.

The log has no index of its types, so that to look for what one person completed is to read all of it.
"""

from collections.abc import Collection, Iterator
from threading import Lock
from typing import NamedTuple, Protocol

from neraca.domain.development.training_plan import TrainingCompleted

_TAGS = (str(TrainingCompleted.__struct_config__.tag),)


class Completed(NamedTuple):
    """An event at its log position."""

    position: int
    event: TrainingCompleted


class Recorded(Protocol):
    @property
    def position(self) -> int: ...

    @property
    def event(self) -> TrainingCompleted: ...


class Reading(Protocol):
    """What is read of the log: events of some types above a position, in log order."""

    def of_types(self, agency: str, tags: Collection[str], after: int = 0) -> Iterator[Recorded]: ...


class _Agency:
    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = 0
        self.completed: dict[str, list[Completed]] = {}


class TrainingIndex:
    """Safe to share between threads: an agency is read by one at a time, and no other waits for it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._agencies: dict[str, _Agency] = {}
        self._mutex = Lock()

    def of(self, agency: str, employee: str, until: int) -> list[Completed]:
        """What somebody completed up to a position, in log order."""
        with self._mutex:
            known = self._agencies.setdefault(agency, _Agency())
        with known.lock:
            self._advance(agency, known, until)
            return [one for one in known.completed.get(employee, ()) if one.position <= until]

    def _advance(self, agency: str, known: _Agency, until: int) -> None:
        # The log has no gaps: what is there up to a position never changes.
        if known.looked_at >= until:
            return
        for past in self._reading.of_types(agency, _TAGS, known.looked_at):
            known.completed.setdefault(past.event.employee, []).append(Completed(past.position, past.event))
            known.looked_at = past.position
        known.looked_at = max(known.looked_at, until)


__all__ = ["Completed", "TrainingIndex"]
