"""Appends to the ledger: gathered per agency, committed by one SQL function, each request answered for itself."""

from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from itertools import count, islice
from threading import Lock
from time import monotonic, sleep
from typing import LiteralString, TypeAlias
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from msgspec import Struct
from psycopg import Connection, Error, InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected, NoDataFound, SerializationFailure
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from neraca.domain.text_kinds import counted
from neraca.store.arrays import Blobs, Ints, Texts, Uuids
from neraca.store.errors import (
    KeyReused,
    MalformedAppend,
    OutcomeUnknown,
    StoreError,
    UnknownAgency,
    Unreachable,
    VersionConflict,
)
from neraca.store.group_commit import GroupCommit
from neraca.store.pool import connection_for, fetch
from neraca.store.statements import statement

NewEvent: TypeAlias = StoredEvent
"""An event to be appended: its stream, its version there, its tag and the exact bytes."""

MOST_EVENTS = 10_000
"""In one request; an import cuts its file into several."""


ATTEMPTS = 10
"""At a deadlock or a serialization failure, which the database resolves by refusing one side."""


class Idempotency(Struct, frozen=True):
    """`body_hash` tells a repeated request from another one under the same key."""

    key: str
    body_hash: bytes


class Unless(Struct, frozen=True):
    """An event of one of these types, in any stream of the agency, after a position of its log."""

    types: Sequence[str]
    after: int


class Append(Struct, frozen=True):
    """Events of one or several streams, stored all or none. In each stream versions count on from the current one.

    With `unless`, what was decided rests on there being no such event, and is a VersionConflict where one is.
    """

    events: Sequence[NewEvent]
    idempotency: Idempotency | None = None
    unless: Unless | None = None


class AppendReceipt(Struct, frozen=True):
    """Positions `first` to `last`; none if `last` < `first`. `replayed`: an earlier request of that key did it."""

    first: int
    last: int
    replayed: bool = False

    @property
    def positions(self) -> range:
        return range(self.first, self.last + 1)


class Ledger:
    """`on_stored` is called with the agency after each commit, on its thread; it must neither block nor raise.

    `patience`: how long reconnecting is tried before the outcome is given up as unknown.
    """

    def __init__(
        self,
        pool: ConnectionPool[Connection],
        *,
        on_stored: Callable[[str], None] | None = None,
        patience: timedelta = timedelta(seconds=30),
    ) -> None:
        self._pool = pool
        self._on_stored = on_stored
        self._patience = patience
        self._gatherings: dict[str, GroupCommit[Sequence[Append], list[AppendReceipt | Exception]]] = {}
        self._mutex = Lock()

    def append(self, agency: str, append: Append) -> AppendReceipt:
        """Blocks until the events are on disk.

        Raises VersionConflict, KeyReused, MalformedAppend, UnknownAgency, Unreachable or OutcomeUnknown. A COMMIT whose
        answer was lost is asked for again and recognised by its key or its bytes.
        """
        _check(append)
        (outcome,) = self._gather(agency, [append])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _gather(self, agency: str, appends: Sequence[Append]) -> list[AppendReceipt | Exception]:
        # Without the mutex: entries are only ever added, so one that is there is the right one.
        gathering = self._gatherings.get(agency)
        if gathering is None:
            with self._mutex:
                gathering = self._gatherings.setdefault(
                    agency, GroupCommit(lambda group: self._commit_all(agency, group), _touches)
                )
        return gathering.submit(appends)

    def _commit_all(self, agency: str, gathered: Sequence[Sequence[Append]]) -> list[list[AppendReceipt | Exception]]:
        outcomes = iter(self._commit(agency, [append for appends in gathered for append in appends]))
        return [list(islice(outcomes, len(appends))) for appends in gathered]

    def append_together(self, agency: str, appends: Sequence[Append]) -> list[AppendReceipt | Exception]:
        """What `append` returns or raises for each, of several that share neither a stream nor a key."""
        outcomes: list[AppendReceipt | Exception | None] = [_malformed(append) for append in appends]
        sound = [at for at, outcome in enumerate(outcomes) if outcome is None]
        if sound:
            stored = self._gather(agency, [appends[at] for at in sound])
            for at, outcome in zip(sound, stored, strict=True):
                outcomes[at] = outcome
        return [outcome for outcome in outcomes if outcome is not None]

    def _commit(self, agency: str, group: list[Append]) -> list[AppendReceipt | Exception]:
        """What rests on more than its own streams goes by itself, after the others, of which it may be told."""
        alone = [at for at, append in enumerate(group) if append.unless is not None]
        if not alone or len(group) == 1:
            return self._commit_together(agency, group)
        others = [at for at, append in enumerate(group) if append.unless is None]
        outcomes = dict(zip(others, self._commit(agency, [group[at] for at in others]), strict=True)) if others else {}
        outcomes |= {at: outcome for at in alone for outcome in self._commit_together(agency, [group[at]])}
        return [outcomes[at] for at in range(len(group))]

    def _commit_together(self, agency: str, group: list[Append]) -> list[AppendReceipt | Exception]:
        try:
            outcomes = self._try(agency, group)
        except StoreError as error:
            return [error] * len(group)
        except Error as error:
            if len(group) == 1:
                return [error]
            # One of them cannot be stored at all; the others must not suffer for it.
            return [outcome for append in group for outcome in self._commit(agency, [append])]
        # A replayed or empty request brought nothing that a follower could read.
        if self._on_stored and any(isinstance(o, AppendReceipt) and not o.replayed and o.positions for o in outcomes):
            self._on_stored(agency)
        return outcomes

    def _try(self, agency: str, group: list[Append]) -> list[AppendReceipt | Exception]:
        call, params = _call(agency, group)
        deadline = monotonic() + self._patience.total_seconds()
        lost = False
        for attempt in count(1):
            connection = None
            try:
                with connection_for(self._pool, agency) as connection:
                    rows = connection.cursor(binary=True).execute(call, params, prepare=True).fetchall()
                    rows.sort()  # refused requests come first; each row begins with the number of its request
                    outcomes = [_outcome(append, row) for append, row in zip(group, rows, strict=True)]
                    return self._recognised(connection, agency, group, outcomes) if lost else outcomes
            except NoDataFound:
                raise UnknownAgency(agency) from None
            except (DeadlockDetected, SerializationFailure):
                if attempt == ATTEMPTS:
                    raise
            # Before OperationalError, of which these are kinds: no connection was had, so nothing was sent this time.
            except (PoolTimeout, PoolClosed) as error:
                raise _gave_up(lost, agency, error) from error
            except (OperationalError, InterfaceError) as error:
                # The connection lives, so the database refused the statement, and would again.
                if connection is None or not connection.broken:
                    raise
                # From here on the events may be stored, and what looks like a conflict may be our own.
                lost = True
                if monotonic() > deadline:
                    raise _gave_up(lost, agency, error) from error
                sleep(min(attempt / 50, 1))
                # After a restart all connections of the pool are dead: they go at once, not one an attempt.
                self._pool.check()
        raise AssertionError

    def _recognised(
        self, connection: Connection, agency: str, group: list[Append], outcomes: list[AppendReceipt | Exception]
    ) -> list[AppendReceipt | Exception]:
        """What looks like a conflict may be our own events, stored before the answer was lost."""
        return [
            (_stored_before(connection, agency, append.events) or outcome)
            if isinstance(outcome, VersionConflict)
            else outcome
            for append, outcome in zip(group, outcomes, strict=True)
        ]


def _check(append: Append) -> None:
    if len(append.events) > MOST_EVENTS:
        raise MalformedAppend(f"{counted(len(append.events), 'event')} in one request; send at most {MOST_EVENTS}")
    versions: dict[UUID | str, int] = {}
    for event in append.events:
        before = versions.get(event.originator_id, event.originator_version - 1)
        if event.originator_version != before + 1 or event.originator_version < 1:
            raise MalformedAppend(
                f"stream {event.originator_id}: {event.originator_version} cannot follow {before}; count on by one"
            )
        versions[event.originator_id] = event.originator_version
    if append.idempotency and not 1 <= len(append.idempotency.key) <= 255:
        raise MalformedAppend("an idempotency key has 1 to 255 characters")


def _malformed(append: Append) -> MalformedAppend | None:
    try:
        _check(append)
    except MalformedAppend as wrong:
        return wrong
    return None


def _touches(appends: Sequence[Append]) -> frozenset[Hashable]:
    touched: set[Hashable] = {event.originator_id for append in appends for event in append.events}
    # In a tuple, so that no key is ever taken for a stream.
    touched.update((append.idempotency.key,) for append in appends if append.idempotency)
    return frozenset(touched)


def _uuid(stream: UUID | str) -> UUID:
    return stream if isinstance(stream, UUID) else UUID(stream)


def _arrays(group: list[Append]) -> tuple[Ints, Uuids, Ints, Texts, Blobs, Texts, Blobs]:
    events = [event for append in group for event in append.events]
    return (
        Ints(number for number, append in enumerate(group, 1) for _ in append.events),
        Uuids(_uuid(event.originator_id) for event in events),
        Ints(event.originator_version for event in events),
        Texts(event.topic for event in events),
        Blobs(event.state for event in events),
        Texts(append.idempotency.key if append.idempotency else None for append in group),
        Blobs(append.idempotency.body_hash if append.idempotency else None for append in group),
    )


def _call(agency: str, group: list[Append]) -> tuple[LiteralString, tuple[object, ...]]:
    if (unless := group[0].unless) is not None:
        _, *events, keys, hashes = _arrays(group)
        return statement("append-unless"), (agency, *events, *keys, *hashes, unless.after, Texts(unless.types))
    if len(group) > 1 or len(group[0].events) != 1:
        return statement("append"), (agency, *_arrays(group))
    (event,), asked = group[0].events, group[0].idempotency
    key, body_hash = (asked.key, asked.body_hash) if asked else (None, None)
    stream = _uuid(event.originator_id)
    params = (agency, stream, event.originator_version, event.topic, event.state, key, body_hash)
    return statement("append-one"), params


_Row = tuple[int, str, int, int, UUID, int]


def _outcome(append: Append, row: tuple[object, ...] | _Row) -> AppendReceipt | Exception:
    match row:
        case (_, "stored", int(first), int(last), _, _):
            return AppendReceipt(first, last)
        case (_, "replayed", int(first), int(last), _, _):
            return AppendReceipt(first, last, replayed=True)
        case (_, "key reused", *_) if append.idempotency:
            return KeyReused(append.idempotency.key)
        case (_, "stale", _, _, UUID() as stream, int(current)):
            # Of a stream that is none of its own it is told which event came first.
            own = (e.originator_version for e in append.events if _uuid(e.originator_id) == stream)
            first = next(own, current)
            return VersionConflict(stream, first - 1, current)
        case _:
            raise AssertionError(f"ledger.append answered {row}")


def _stored_before(connection: Connection, agency: str, events: Sequence[StoredEvent]) -> AppendReceipt | None:
    found = fetch(
        connection,
        agency,
        statement("stored-before"),
        {
            "agency": agency,
            "streams": Uuids(_uuid(event.originator_id) for event in events),
            "versions": Ints(event.originator_version for event in events),
            "types": Texts(event.topic for event in events),
            "data": Blobs(event.state for event in events),
        },
    )
    positions = [position for _, position in found]
    # One append stores all its events in a row; fewer, or scattered, are somebody else's.
    if len(positions) != len(events) or positions != list(range(positions[0], positions[0] + len(positions))):
        return None
    return AppendReceipt(positions[0], positions[-1])


def _gave_up(lost: bool, agency: str, error: Exception) -> Unreachable:
    if lost:
        return OutcomeUnknown(f"the database was lost while appending to {agency}; repeat with the same key: {error}")
    return Unreachable(f"no connection to the database, nothing was appended to {agency}: {error}")
