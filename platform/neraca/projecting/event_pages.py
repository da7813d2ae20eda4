"""The log as a projection reads it: pages of entries, each decoded once however many projections want it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, LiteralString, TypeAlias, cast
from uuid import UUID

from psycopg import Connection
from psycopg.rows import RowFactory, tuple_row

from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS
from neraca.projecting.errors import PoisonEvent
from neraca.projecting.projection import Entry, Missed, Projection
from neraca.store.mapper import EventMapper
from neraca.store.statements import statement

Decode: TypeAlias = Callable[[str, bytes], Envelope[Any]]
"""Stored type and bytes to envelope: `EventMapper.decode`."""

Raw: TypeAlias = tuple[int, UUID, int, str, bytes, datetime]
"""Position, stream, version, type, data, recorded at."""


def decoder() -> Decode:
    """Of every event in the catalogue."""
    return EventMapper(EVENTS).decode


class Page:
    """Events of an agency in order, from the one after `after` up to `until`."""

    def __init__(self, agency: str, after: int, until: int, events: list[Raw], decode: Decode) -> None:
        self.agency = agency
        self.after = after
        self.until = until
        self._events = events
        self._entries: list[Entry | None] = [None] * len(events)
        self._decode = decode

    def __len__(self) -> int:
        return len(self._events)

    def first(self, count: int) -> "Page":
        """Its first `count` events; of a page without gaps."""
        if count >= len(self):
            return self
        return Page(self.agency, self.after, self.after + count, self._events[:count], self._decode)

    def split(self, index: int) -> tuple["Page", "Page"]:
        """What is before the event of this index, and the rest; neither may be empty."""
        middle = self._events[index - 1][0]
        before = Page(self.agency, self.after, middle, self._events[:index], self._decode)
        return before, Page(self.agency, middle, self.until, self._events[index:], self._decode)

    def index(self, position: int) -> int:
        return next(n for n, event in enumerate(self._events) if event[0] == position)

    @cached_property
    def tags(self) -> frozenset[str]:
        return frozenset(event[3] for event in self._events)

    @property
    def only(self) -> Missed:
        """The one event of a page of one, as much of it as can be read."""
        (position, stream, _, tag, data, recorded_at) = self._events[0]
        try:
            e = self._decode(tag, data)
        except Exception:
            return Missed(self.agency, position, stream, tag, recorded_at, recorded_at, "", None, None)
        return Missed(self.agency, position, stream, tag, recorded_at, e.at, e.by, e.effective, e.body)

    def entries(self, projection: Projection) -> Iterator[Entry]:
        """Those it wants. Raises PoisonEvent at one that cannot be decoded."""
        tags, agency, entries, decode = projection.tags, self.agency, self._entries, self._decode
        for n, (position, stream, version, tag, data, recorded_at) in enumerate(self._events):
            if tags is not None and tag not in tags:
                continue
            entry = entries[n]
            if entry is None:
                try:
                    e = decode(tag, data)
                except Exception as error:
                    raise PoisonEvent.by(error, projection.name, agency, position) from error
                entry = entries[n] = Entry(
                    agency,
                    position,
                    stream,
                    version,
                    tag,
                    recorded_at,
                    e.at,
                    e.by,
                    e.on_behalf_of,
                    e.correlation,
                    e.causation,
                    e.effective,
                    e.body,
                    data,
                )
            yield entry


class Pages:
    """Reads in the caller's transaction, which must have named the agency. Keeps the last page for the next reader."""

    def __init__(self, connection: Connection, decode: Decode) -> None:
        self._connection = connection
        self._decode = decode
        self._last: Page | None = None

    def read(self, agency: str, after: int, limit: int) -> Page:
        # Projections of an agency mostly ask from the same position in turn: the page is read and decoded once.
        if last := self.at_hand(agency, after):
            return last.first(limit)
        rows = self._fetch(statement("read-log"), (agency, after, limit))
        self._last = Page(agency, after, rows[-1][0] if rows else after, rows, self._decode)
        return self._last

    def at_hand(self, agency: str, after: int) -> Page | None:
        """The last page, where it begins there and has something."""
        last = self._last
        return last if last and last.agency == agency and last.after == after and last.until > after else None

    def read_wanted(self, projection: Projection, agency: str, after: int, until: int, limit: int) -> Page:
        """Only what the projection wants, up to `until`: what it does not want is not even sent."""
        if projection.tags is None:
            rows = self._fetch(statement("read-log"), (agency, after, min(limit, until - after)))
        else:
            rows = self._fetch(statement("read-types"), (agency, after, sorted(projection.tags), limit))
        # A full page may have left out what comes after its last event; a shorter one has seen all up to `until`.
        reached = rows[-1][0] if len(rows) == limit and rows[-1][0] < until else until
        return Page(agency, after, reached, [row for row in rows if row[0] <= until], self._decode)

    def _fetch(self, query: LiteralString, params: tuple[Any, ...]) -> list[Raw]:
        cursor = self._connection.cursor(binary=True, row_factory=cast(RowFactory[Raw], tuple_row))
        return cursor.execute(query, params, prepare=True).fetchall()
