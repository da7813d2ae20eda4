"""Aggregates as the log left them, kept warm: a command reads what is new instead of folding a stream from its start.

Three things make a state that is kept as good as one that is folded again:

- Before it decides, every command asks how far its agency's log is (`catch_up`), and of every stream that moved since
  the last look it is noted how far. One question serves all commands that wait for it. So whatever a command sees is at
  least as new as its beginning, whichever process wrote it.
- A state that is behind what is noted is brought up to date from the log before it is handed out.
- A state changes in place only while its stream is held by one command (`stream locks`), and is given up unless what
  that command decided was stored. What others may read meanwhile, the roster, is never changed but replaced.

Should a state be stale all the same, its append is refused by the version, and it is given up.
"""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from copy import deepcopy
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from msgspec import Struct, field

from neraca.domain import dispatch, roster, streams
from neraca.domain.rater_privacy import Shown
from neraca.service.event_reader import EventReader
from neraca.store.group_commit import GroupCommit
from neraca.store.log import Log

LARGEST = 200_000
"""Of all that is kept, by `_weight`: about 40 MB."""

_FURTHEST = 5_000
"""Events between two looks at a log; after more than these its states are given up."""

_BESIDES = 16
"""What an aggregate weighs besides its events."""

State = Any


class Aggregate(Struct):
    """A stream's state and version in the log; `shown` has the version that people know."""

    state: State
    version: int = 0
    shown: Shown = field(default_factory=Shown)

    def take(self, event: Any) -> None:
        self.shown.take(event)
        self.state = dispatch.evolve(self.state, event)


class _Entry:
    """`newest` is the version that the stream is known to have reached. The lock guards what is read into it."""

    __slots__ = ("aggregate", "lock", "newest")

    def __init__(self) -> None:
        self.lock = Lock()
        self.aggregate: Aggregate | None = None
        self.newest = 0

    @property
    def behind(self) -> bool:
        return self.aggregate is None or self.aggregate.version < self.newest


class _Progress(Struct):
    """Of one agency: the position up to which its streams are noted, that of the last event of its policies, and that
    of the last event which this process stored.
    """

    position: int | None = None
    policies: int = 0
    stored: int = 0


def is_shared(state: State) -> bool:
    """Whether commands on other streams read it while one changes it: then it is replaced, never changed."""
    return isinstance(state, roster.State)


class AggregateCache:
    """Safe to share between threads. Holds so much in all, the least recently used going first."""

    def __init__(self, log: Log, history: EventReader, largest: int = LARGEST) -> None:
        self._log = log
        self._history = history
        self._entries: LRUCache[tuple[str, UUID], _Entry] = LRUCache(largest, getsizeof=_weight)
        self._progress: dict[str, _Progress] = {}
        self._looks: dict[str, GroupCommit[None, int]] = {}
        self._mutex = Lock()

    def catch_up(self, agency: str) -> None:
        """Takes note of all that was in the log when it was called. Raises UnknownAgency."""
        look = self._looks.get(agency)
        if look is None:
            with self._mutex:
                look = self._looks.setdefault(agency, self._look_at(agency))
        look.submit(None)

    def policies_moved(self, agency: str) -> tuple[int, int]:
        """The position up to which the log was looked at, and the last one at which its policies may have changed."""
        progress = self._progress[agency]
        return progress.position or 0, progress.policies

    def load(self, agency: str, initial: Mapping[UUID, State], beside: Collection[UUID] = ()) -> dict[UUID, Aggregate]:
        """The aggregates of streams that the caller holds the locks of, as of the last look at the log or later.

        `initial` has the empty state of each. Of those shared a copy is given. `beside` are employees that will be
        asked for: they are read along, where anything must be read.
        """
        wanted: dict[UUID, State] = dict(initial)
        for stream in beside:
            wanted.setdefault(stream, roster.State())
        entries = self._current(agency, wanted)
        return {stream: _begun(_aggregate(entries[stream]), initial[stream]) for stream in initial}

    def warm(self, agency: str, wanted: Mapping[UUID, State]) -> None:
        """Reads what `load` would read, for several loads in one go. `wanted` has the empty state of each stream; the
        locks of those that are not employees' are held by the caller.
        """
        self._current(agency, wanted)

    def employee(self, agency: str, nip: str) -> roster.State:
        """As of the last look at the log or later. Belongs to everybody: it is not to be changed."""
        stream = streams.employee(agency, nip)
        return _aggregate(self._current(agency, {stream: roster.State()})[stream]).state

    def stored(self, agency: str, position: int) -> None:
        """The log has been that far."""
        with self._mutex:
            progress = self._progress[agency]
            progress.stored = max(progress.stored, position)

    def keep(self, agency: str, stream: UUID, aggregate: Aggregate) -> None:
        """What became of an aggregate that was loaded, now that its events are stored."""
        with self._mutex:
            entry = self._entries.get((agency, stream))
        if entry is None:
            return
        with entry.lock:
            if entry.aggregate is None or entry.aggregate is aggregate or entry.aggregate.version < aggregate.version:
                entry.aggregate = aggregate
        self._weigh(agency, stream, entry)

    def give_up(self, agency: str, stream: UUID) -> None:
        """Its state may have been changed by what was not stored, or may not be what the log has."""
        with self._mutex:
            self._entries.pop((agency, stream), None)

    def _entry(self, agency: str, stream: UUID) -> _Entry:
        """There before anything is read into it, so that what moves meanwhile is noted."""
        with self._mutex:
            entry = self._entries.get((agency, stream))
            if entry is None:
                entry = self._entries[agency, stream] = _Entry()
            return entry

    def _current(self, agency: str, wanted: Mapping[UUID, State]) -> dict[UUID, _Entry]:
        entries = {stream: self._entry(agency, stream) for stream in wanted}
        if any(entry.behind for entry in entries.values()):
            with ExitStack() as held:
                for stream in sorted(entries):  # in one order everywhere, so that no two wait for each other
                    held.enter_context(entries[stream].lock)
                self._read(agency, {stream: entry for stream, entry in entries.items() if entry.behind}, wanted)
        return entries

    def _read(self, agency: str, entries: Mapping[UUID, _Entry], initial: Mapping[UUID, State]) -> None:
        if not entries:
            return
        known = {stream: entry.aggregate.version if entry.aggregate else 0 for stream, entry in entries.items()}
        newer = self._history.newer(agency, known)
        folded = {stream: _begun(entry.aggregate, initial[stream]) for stream, entry in entries.items()}
        try:
            for past in newer:
                folded[past.stream].take(past.event)
                folded[past.stream].version = past.version
        except BaseException:
            for stream, entry in entries.items():
                entry.aggregate = None
                # An event may have failed half taken, and a state that was not shared was changed in place.
                self.give_up(agency, stream)
            raise
        for stream, entry in entries.items():
            entry.aggregate = folded[stream]
            self._weigh(agency, stream, entry)

    def _weigh(self, agency: str, stream: UUID, entry: _Entry) -> None:
        """Counts it again; what is too large for the whole cache is not kept."""
        key = (agency, stream)
        with self._mutex:
            # Given up meanwhile, or thrown out for room: what is weighed must not bring it back.
            if self._entries.get(key) is not entry:
                return
            try:
                self._entries[key] = entry
            except ValueError:
                del self._entries[key]

    def _look_at(self, agency: str) -> GroupCommit[None, int]:
        """One at a time for an agency; whoever asks while one is under way waits for the next."""
        progress = self._progress.setdefault(agency, _Progress())
        policies = streams.policy_register(agency)

        def look() -> int:
            if progress.position is None:
                return self._begin_at(agency, progress, self._log.head(agency))
            reached = max(progress.position, progress.stored)
            passed = self._log.passed_since(agency, progress.position, _FURTHEST)
            # There may be more than were asked for; to note only some would leave the others for new. And a log that
            # is shorter than it was has been restored from a copy: what came after that never happened.
            if len(passed.moved) == _FURTHEST or passed.head < reached:
                return self._begin_at(agency, progress, passed.head)
            with self._mutex:
                for position, stream, version in passed.moved:
                    if stream == policies:
                        progress.policies = position
                    # The register too: commands on it decide on the aggregate, while the repository follows the mark.
                    if (entry := self._entries.get((agency, stream))) is not None:
                        entry.newest = max(entry.newest, version)
                progress.position = passed.head
            return passed.head

        return GroupCommit(lambda waiting: [look()] * len(waiting), lambda _: frozenset())

    def _begin_at(self, agency: str, progress: _Progress, head: int) -> int:
        with self._mutex:
            for key in [key for key in self._entries if key[0] == agency]:
                del self._entries[key]
            progress.position = progress.policies = progress.stored = head
        return head


def _weight(entry: _Entry) -> int:
    return _BESIDES + (entry.aggregate.version if entry.aggregate else 0)


def _begun(known: Aggregate | None, initial: State) -> Aggregate:
    """What the next events are folded into."""
    if known is None:
        return Aggregate(initial)
    return deepcopy(known) if is_shared(known.state) else known


def _aggregate(entry: _Entry) -> Aggregate:
    assert entry.aggregate is not None  # noqa: S101 -- it was read, or reading it failed
    return entry.aggregate
