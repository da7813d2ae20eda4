"""Who was ever in which programme, and which facts programmes tell, from the log: brought up to date when asked.

A case must find the programmes of its person without reading those of everybody.
"""

from collections.abc import Collection, Iterator, Mapping
from threading import Lock
from typing import Protocol, TypeAlias, assert_never

from neraca.domain.programme.contexts import FedBy
from neraca.domain.programme.events import IndicatorDefined, MemberJoined

_Indexed: TypeAlias = MemberJoined | IndicatorDefined
_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (MemberJoined, IndicatorDefined))


class Recorded(Protocol):
    """An event at its log position."""

    @property
    def position(self) -> int: ...

    @property
    def event(self) -> _Indexed: ...


class Reading(Protocol):
    """What is read of the log: events of some types above a position, in log order."""

    def of_types(self, agency: str, tags: Collection[str], after: int = 0) -> Iterator[Recorded]: ...


class _Agency:
    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = 0
        self.joined: dict[str, set[str]] = {}
        self.fed: dict[str, list[FedBy]] = {}


class ProgrammeIndex:
    """Safe to share between threads: an agency is read by one at a time, and no other waits for it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._agencies: dict[str, _Agency] = {}
        self._mutex = Lock()

    def of(self, agency: str, employee: str, until: int) -> list[str]:
        """The programmes that somebody was ever taken into, by the log up to a position at least."""
        known = self._agency(agency)
        with known.lock:
            self._advance(agency, known, until)
            return sorted(known.joined.get(employee, ()))

    def fed(self, agency: str, until: int) -> Mapping[str, list[FedBy]]:
        """Fact -> the programmes that tell it, in order of the log."""
        known = self._agency(agency)
        with known.lock:
            self._advance(agency, known, until)
            return {fact: list(by) for fact, by in known.fed.items()}

    def _agency(self, agency: str) -> _Agency:
        with self._mutex:
            return self._agencies.setdefault(agency, _Agency())

    def _advance(self, agency: str, known: _Agency, until: int) -> None:
        # The log has no gaps: what is there up to a position never changes.
        if known.looked_at >= until:
            return
        for past in self._reading.of_types(agency, _TAGS, known.looked_at):
            event = past.event
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
            known.looked_at = past.position
        known.looked_at = max(known.looked_at, until)


__all__ = ["ProgrammeIndex"]
