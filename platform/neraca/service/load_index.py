"""How much of each target is taken as a load, and by whom, from the log: kept by agency and brought up to date at each
question.
"""

from collections.abc import Mapping
from decimal import Decimal
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache
from msgspec import Struct

from neraca.domain.cascade.links import ResultLinked, ResultUnlinked, Served
from neraca.domain.period import parse
from neraca.domain.vocabulary import CascadeKind
from neraca.service.event_reader import EventReader

_AGENCIES = 64

LINKING = tuple(str(kind.__struct_config__.tag) for kind in (ResultLinked, ResultUnlinked))
"""Events by which a load is taken or given back."""

Taker: TypeAlias = tuple[str, str, str]
"""An employee, the period of their plan, and its result."""


class SharedTarget(Struct, frozen=True):
    """A `target` of what is served, in plans of a `year`."""

    serves: Served
    target: str
    year: int


class _Loads:
    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = 0
        self.of: dict[Taker, SharedTarget] = {}
        self.shares: dict[SharedTarget, dict[Taker, Decimal]] = {}


class LoadIndex:
    """Safe to share between threads: an agency is read by one at a time."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self._agencies: LRUCache[str, _Loads] = LRUCache(_AGENCIES)
        self._mutex = Lock()

    def of(self, agency: str, target: SharedTarget) -> tuple[Mapping[Taker, Decimal], int]:
        """What each takes of a target, and up to which position the log was looked at."""
        with self._mutex:
            loads = self._agencies.get(agency)
            if loads is None:
                loads = self._agencies[agency] = _Loads()
        with loads.lock:
            # Of no stream: what is asked for is how far the log is.
            head, _ = self._reader.streams(agency, [])
            for past in self._reader.of_types(agency, LINKING, loads.looked_at):
                _take(loads, past.event)
                loads.looked_at = past.position
            loads.looked_at = max(loads.looked_at, head)
            return dict(loads.shares.get(target, {})), loads.looked_at


def _take(loads: _Loads, event: ResultLinked | ResultUnlinked) -> None:
    """What somebody took before, they take no more."""
    taker = (event.employee, event.period, event.result)
    before = loads.of.pop(taker, None)
    if before is not None:
        del loads.shares[before][taker]
    found = load_of(event) if isinstance(event, ResultLinked) else None
    if found is not None:
        target, share = found
        loads.of[taker] = target
        loads.shares.setdefault(target, {})[taker] = share


def load_of(link: ResultLinked) -> tuple[SharedTarget, Decimal] | None:
    """None of what is no load."""
    if link.kind is not CascadeKind.LOAD or link.target is None or link.share is None:
        return None
    return SharedTarget(link.serves, link.target, parse(link.period).starts.year), link.share
