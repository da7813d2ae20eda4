"""How much of each target is taken as a load, and by whom, from the log."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct, field

from neraca.domain.cascade.links import ResultLinked, ResultUnlinked, Served
from neraca.domain.period import parse
from neraca.domain.vocabulary import CascadeKind
from neraca.service.event_reader import EventReader
from neraca.service.log_index import LogIndex, Recorded

LINKING = tuple(str(kind.__struct_config__.tag) for kind in (ResultLinked, ResultUnlinked))
"""Events by which a load is taken or given back."""

Taker: TypeAlias = tuple[str, str, str]
"""An employee, the period of their plan, and its result."""


class SharedTarget(Struct, frozen=True):
    """A `target` of what is served, in plans of a `year`."""

    serves: Served
    target: str
    year: int


class _Loads(Struct):
    of: dict[Taker, SharedTarget] = field(default_factory=dict[Taker, SharedTarget])
    shares: dict[SharedTarget, dict[Taker, Decimal]] = field(default_factory=dict[SharedTarget, dict[Taker, Decimal]])


class LoadIndex:
    """Safe to share between threads."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self._index = LogIndex(reader, LINKING, _Loads, _take)

    def of(self, agency: str, target: SharedTarget) -> tuple[Mapping[Taker, Decimal], int]:
        """What each takes of a target, and up to which position the log was looked at."""
        # Of no stream: what is asked for is how far the log is.
        head, _ = self._reader.streams(agency, [])
        with self._index.upto(agency, head) as kept:
            return dict(kept.known.shares.get(target, {})), kept.looked_at


def _take(loads: _Loads, past: Recorded) -> None:
    """What somebody took before, they take no more."""
    event: ResultLinked | ResultUnlinked = past.event
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
