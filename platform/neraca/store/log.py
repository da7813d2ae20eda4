"""Reads the log: pages by position, streams, and how far each agency is."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from msgspec import Struct
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

from neraca.domain.envelope import Envelope, event_id
from neraca.store.arrays import Ints, Texts, Uuids
from neraca.store.errors import UnknownAgency, UnreadableEvent
from neraca.store.ledger import AppendReceipt, Idempotency
from neraca.store.mapper import EventMapper
from neraca.store.pool import Params, connection_for, fetch
from neraca.store.shares import NOBODYS
from neraca.store.statements import statement

PAGE = 5_000
"""Events per page of a replay: larger ones are no faster and hold more memory."""

_MOST = 2**31 - 1


class LoggedEvent(Struct, frozen=True, gc=False):
    """`data` is what was stored, byte for byte."""

    agency: str
    position: int
    stream: UUID
    version: int
    type: str
    data: bytes
    recorded_at: datetime

    @property
    def id(self) -> str:
        return event_id(self.agency, self.position)


class Passed(Struct, frozen=True):
    """`moved` has the position, stream and version of each event, in order; `head` is the last position there is."""

    head: int
    moved: list[tuple[int, UUID, int]]


class Log:
    """Every method is one snapshot of one agency's rows; none sees a gap or a position that may yet be filled."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool

    def read(self, agency: str, after: int = 0, limit: int = PAGE) -> list[LoggedEvent]:
        """Positions above `after`, in order."""
        return _events(agency, self._fetch(agency, statement("read-log"), (agency, after, limit)))

    def read_types(self, agency: str, types: Collection[str], after: int = 0, limit: int = PAGE) -> list[LoggedEvent]:
        """Events of these types only. Reads past all the others: for rare questions, not for following."""
        params = (agency, after, Texts(types), limit)
        return _events(agency, self._fetch(agency, statement("read-types"), params))

    def read_stream(
        self,
        agency: str,
        stream: UUID,
        *,
        after: int = 0,
        until: int = _MOST,
        limit: int = _MOST,
        backwards: bool = False,
    ) -> list[LoggedEvent]:
        """Versions above `after` up to `until`."""
        query = statement("read-stream-backwards" if backwards else "read-stream")
        return _events(agency, self._fetch_at_once(agency, query, (agency, stream, after, until, limit)))

    def read_streams(self, agency: str, streams: Collection[UUID]) -> tuple[int, list[LoggedEvent]]:
        """The head position and all events of the streams as of it, in order of position."""
        rows = self._fetch_at_once(agency, statement("read-streams"), (agency, Uuids(dict.fromkeys(streams))))
        if not rows:
            raise UnknownAgency(agency)
        return rows[0][0], [LoggedEvent(agency, *row[1:]) for row in rows if row[1] is not None]

    def read_streams_types(
        self, agency: str, streams: Collection[UUID], types: Collection[str], until: int
    ) -> list[LoggedEvent]:
        """Events of these types in the streams up to a position, in order of position."""
        params = (agency, Uuids(dict.fromkeys(streams)), Texts(types), until)
        return _events(agency, self._fetch_at_once(agency, statement("read-streams-types"), params))

    def read_newer(self, agency: str, known: Mapping[UUID, int]) -> list[LoggedEvent]:
        """All events of the streams above the version that is known of each, in order of position."""
        params = (agency, Uuids(known), Ints(known.values()))
        return _events(agency, self._fetch_at_once(agency, statement("read-newer"), params))

    def passed_since(self, agency: str, position: int, limit: int = PAGE) -> Passed:
        """Which streams moved above the position, up to so many events. Raises UnknownAgency."""
        rows = self._fetch_at_once(agency, statement("passed-since"), (agency, position, limit))
        if not rows:
            raise UnknownAgency(agency)
        return Passed(rows[0][0], [row[1:] for row in rows if row[1] is not None])

    def head(self, agency: str) -> int:
        """The last position, 0 if the agency has no events."""
        rows = self._fetch(agency, statement("head"), (agency,))
        if not rows:
            raise UnknownAgency(agency)
        return rows[0][0]

    def position_at(self, agency: str, instant: datetime) -> int:
        """The last position recorded up to the instant, 0 if none."""
        rows = self._fetch(agency, statement("position-at"), {"agency": agency, "instant": instant})
        if not rows:
            raise UnknownAgency(agency)
        return rows[0][0]

    def positions(self) -> dict[str, int]:
        """The last position of every agency."""
        return dict(self._steady(NOBODYS, lambda c: c.execute(statement("positions"), prepare=True).fetchall()))

    def requested(self, agency: str, key: str) -> tuple[Idempotency, AppendReceipt] | None:
        """What became of an earlier request under this key."""
        rows = self._fetch(agency, statement("requested"), (agency, key))
        return (Idempotency(key, rows[0][0]), AppendReceipt(rows[0][1], rows[0][2], replayed=True)) if rows else None

    def keys(self, agency: str, prefix: str) -> frozenset[str]:
        """The keys of earlier requests that begin so."""
        rows = self._fetch(agency, statement("keys"), (agency, prefix))
        return frozenset(row[0] for row in rows)

    def out_of_step(self, agency: str) -> list[tuple[int, datetime, datetime]]:
        """Positions of events that were not recorded when their request was: as recorded, and the request."""
        rows = self._fetch(agency, statement("out-of-step"), (agency,))
        return [(place, recorded, asked) for place, recorded, asked in rows]

    def _fetch(self, agency: str, query: LiteralString, params: Params) -> list[tuple[Any, ...]]:
        return self._steady(agency, lambda connection: fetch(connection, agency, query, params))

    def _fetch_at_once(self, agency: str, query: LiteralString, params: Params) -> list[tuple[Any, ...]]:
        """For a statement that names its agency itself: a third of the time of one in a transaction."""
        return self._steady(
            agency, lambda connection: connection.cursor(binary=True).execute(query, params, prepare=True).fetchall()
        )

    def _steady(self, agency: str, read: Callable[[Connection], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        """Reads again where the connection turns out to be lost: the pool may hold some that a restart has cut."""
        # Each failure takes one dead connection out of the pool: once all are gone the next is new.
        for left in range(self._pool.max_size, -1, -1):
            connection: Connection | None = None
            try:
                with connection_for(self._pool, agency) as connection:
                    return read(connection)
            except OperationalError:
                # No connection: the pool's own time is up (PoolTimeout is an OperationalError too), and another wait
                # would only double it. An open one: the statement is at fault, and would be again.
                if connection is None or not connection.closed or not left:
                    raise
        raise AssertionError

    def replay(self, agency: str, after: int = 0, until: int | None = None, page: int = PAGE) -> Iterator[LoggedEvent]:
        """All events above `after`, up to `until` or the end of the log, page by page."""
        while events := self.read(agency, after, page if until is None else min(page, until - after)):
            yield from events
            after = events[-1].position
            # A short page is the last: positions have no gaps, so nothing can come in behind it.
            if len(events) < page:
                return


def decoded(mapper: EventMapper, events: Iterator[LoggedEvent]) -> Iterator[tuple[LoggedEvent, Envelope[Any]]]:
    """Each event with its envelope. An unreadable one is named by its id."""
    decode = mapper.decode
    for event in events:
        try:
            yield event, decode(event.type, event.data)
        except UnreadableEvent as error:
            raise type(error)(f"event {event.id}: {error}") from error


def _events(agency: str, rows: list[tuple[Any, ...]]) -> list[LoggedEvent]:
    return [LoggedEvent(agency, *row) for row in rows]
