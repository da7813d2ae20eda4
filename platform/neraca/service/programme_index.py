"""Who was ever in which programme, and which facts programmes tell, from the log.

A case must find the programmes of its person without reading those of everybody.
"""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain.programme.contexts import FedBy
from neraca.domain.programme.events import IndicatorDefined, MemberJoined
from neraca.service.log_index import LogIndex, Reading, Recorded

_Indexed: TypeAlias = MemberJoined | IndicatorDefined
_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (MemberJoined, IndicatorDefined))


class _Known(Struct):
    joined: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    fed: dict[str, list[FedBy]] = field(default_factory=dict[str, list[FedBy]])


class ProgrammeIndex:
    """Safe to share between threads."""

    def __init__(self, reading: Reading) -> None:
        self._index = LogIndex(reading, _TAGS, _Known, _take)

    def of(self, agency: str, employee: str, until: int) -> list[str]:
        """The programmes that somebody was ever taken into, by the log up to a position at least."""
        with self._index.upto(agency, until) as kept:
            return sorted(kept.known.joined.get(employee, ()))

    def fed(self, agency: str, until: int) -> Mapping[str, list[FedBy]]:
        """Fact -> the programmes that tell it, in order of the log."""
        with self._index.upto(agency, until) as kept:
            return {fact: list(by) for fact, by in kept.known.fed.items()}


def _take(known: _Known, past: Recorded) -> None:
    event: _Indexed = past.event
    match event:
        case MemberJoined():
            known.joined.setdefault(event.employee, set()).add(event.programme)
        case IndicatorDefined():
            feeds = event.feeds
            for fact in () if feeds is None else (feeds.actual, feeds.target):
                if fact is not None:
                    known.fed.setdefault(fact, []).append(FedBy(event.programme, event.counting))
        case _:
            assert_never(event)


__all__ = ["ProgrammeIndex"]
