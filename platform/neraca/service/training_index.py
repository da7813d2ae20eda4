"""Which training of a plan of units each employee completed, from the log."""

from typing import NamedTuple, TypeAlias

from neraca.domain.development.training_plan import TrainingCompleted
from neraca.service.log_index import LogIndex, Reading, Recorded

_TAGS = (str(TrainingCompleted.__struct_config__.tag),)


class Completed(NamedTuple):
    """An event at its log position."""

    position: int
    event: TrainingCompleted


_Known: TypeAlias = dict[str, list[Completed]]


class TrainingIndex:
    """Safe to share between threads."""

    def __init__(self, reading: Reading) -> None:
        self._index: LogIndex[_Known] = LogIndex(reading, _TAGS, dict[str, list[Completed]], _take)

    def of(self, agency: str, employee: str, until: int) -> list[Completed]:
        """What somebody completed up to a position, in log order."""
        with self._index.upto(agency, until) as kept:
            return [one for one in kept.known.get(employee, ()) if one.position <= until]


def _take(known: _Known, past: Recorded) -> None:
    event: TrainingCompleted = past.event
    known.setdefault(event.employee, []).append(Completed(past.position, event))


__all__ = ["Completed", "TrainingIndex"]
