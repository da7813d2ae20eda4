"""Reads streams as events: the one place where the service meets the log."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.programme.events import PeriodConcluded, PeriodCorrected
from neraca.service.programme_index import ProgrammeIndex
from neraca.service.training_index import TrainingIndex
from neraca.store.log import Log, LoggedEvent
from neraca.store.mapper import EventMapper

_CONCLUDING = tuple(str(kind.__struct_config__.tag) for kind in (PeriodConcluded, PeriodCorrected))


class RecordedEvent(Struct, frozen=True):
    """One event of a stream, as much of it as a fold needs; `at` is when it happened."""

    position: int
    stream: UUID
    version: int
    event: Any
    recorded_at: datetime
    at: datetime


class StreamReader(Protocol):
    """What gives all events of some streams up to a position, and what programmes say of somebody."""

    def streams(
        self, agency: str, streams: Collection[UUID], until: int | None = None
    ) -> tuple[int, list[RecordedEvent]]: ...

    def concluded(self, agency: str, employee: str, until: int) -> list[RecordedEvent]: ...


class EventReader:
    """`programmes` finds those of a person, which a case is gathered from too; `trainings` what they completed."""

    def __init__(self, log: Log, mapper: EventMapper) -> None:
        self._log = log
        self._mapper = mapper
        self.programmes = ProgrammeIndex(self)
        self.trainings = TrainingIndex(self)

    def streams(
        self, agency: str, streams: Collection[UUID], until: int | None = None
    ) -> tuple[int, list[RecordedEvent]]:
        """All events of the streams in one snapshot, in log order, and the position of the snapshot.

        With `until`, the log is taken as it was at that position.
        """
        head, logged = self._log.read_streams(agency, streams)
        if until is None:
            return head, list(self._read(logged))
        # Filtered here: head and events are one statement, so one snapshot, whichever moment is asked.
        return min(head, until), list(self._read(one for one in logged if one.position <= until))

    def streams_types(
        self, agency: str, streams: Collection[UUID], tags: Collection[str], until: int
    ) -> list[RecordedEvent]:
        """Events of some types in the streams up to a position, in log order."""
        return list(self._read(self._log.read_streams_types(agency, streams, tags, until)))

    def concluded(self, agency: str, employee: str, until: int) -> list[RecordedEvent]:
        """What was concluded, up to a position, of the programmes that somebody was ever in, in log order."""
        names = self.programmes.of(agency, employee, until)
        if not names:
            return []
        return self.streams_types(agency, [streams.programme(agency, name) for name in names], _CONCLUDING, until)

    def stream(self, agency: str, stream: UUID, after: int = 0) -> list[RecordedEvent]:
        return list(self._read(self._log.read_stream(agency, stream, after=after)))

    def newer(self, agency: str, known: Mapping[UUID, int]) -> list[RecordedEvent]:
        """What streams have gained above the version that is known of each, in one snapshot, in log order."""
        return list(self._read(self._log.read_newer(agency, known)))

    def first(self, agency: str, stream: UUID) -> RecordedEvent:
        """The event that opened the stream; what came later is not even read. Raises LookupError."""
        for past in self._read(self._log.read_stream(agency, stream, limit=1)):
            return past
        raise LookupError(f"{agency} has no stream {stream}")

    def of_type(self, agency: str, tag: str, until: int | None = None) -> Iterator[RecordedEvent]:
        """All events of one type up to a position, in log order."""
        after = 0
        while logged := self._log.read_types(agency, [tag], after):
            yield from self._read(one for one in logged if until is None or one.position <= until)
            after = logged[-1].position

    def of_types(self, agency: str, tags: Collection[str], after: int = 0) -> Iterator[RecordedEvent]:
        """All events of some types above a position, in log order."""
        while logged := self._log.read_types(agency, tags, after):
            yield from self._read(logged)
            after = logged[-1].position

    def between(self, agency: str, first: int, last: int) -> list[LoggedEvent]:
        return self._log.read(agency, first - 1, last - first + 1)

    def _read(self, logged: Collection[LoggedEvent] | Iterator[LoggedEvent]) -> Iterator[RecordedEvent]:
        for one in logged:
            envelope = self._mapper.decode(one.type, one.data)
            yield RecordedEvent(one.position, one.stream, one.version, envelope.body, one.recorded_at, envelope.at)


class StreamsAtHand:
    """The streams of an agency as of one position, each read once: for whoever asks many things of the same ones.

    Those named in `shared` are kept until the end, all others until `forget`.
    """

    def __init__(self, reader: EventReader, position: int, shared: Collection[UUID] = ()) -> None:
        self._reader, self._position, self._shared = reader, position, frozenset(shared)
        self._held: dict[UUID, list[RecordedEvent]] = {}

    def streams(
        self, agency: str, streams: Collection[UUID], until: int | None = None
    ) -> tuple[int, list[RecordedEvent]]:
        self.hold(agency, streams)
        last = self._position if until is None else min(until, self._position)
        found = [past for one in set(streams) for past in self._held[one] if past.position <= last]
        return last, sorted(found, key=lambda past: past.position)

    def hold(self, agency: str, streams: Collection[UUID]) -> None:
        """Reads those that are not held yet, all at once."""
        missing = [one for one in streams if one not in self._held]
        if missing:
            self._held |= {one: [] for one in missing}
            for past in self._reader.streams(agency, missing, self._position)[1]:
                self._held[past.stream].append(past)

    def concluded(self, agency: str, employee: str, until: int) -> list[RecordedEvent]:
        return self._reader.concluded(agency, employee, min(until, self._position))

    def forget(self) -> None:
        self._held = {one: past for one, past in self._held.items() if one in self._shared}
