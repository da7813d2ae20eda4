"""Keeps all projections of all agencies up to date with the log, on a thread of its own or until caught up."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from msgspec import Struct
from psycopg import Connection, Error

from neraca.projecting.connections import connect_projector
from neraca.projecting.errors import PoisonEvent, ProjectingError
from neraca.projecting.event_pages import Decode, Pages
from neraca.projecting.projection import Projection
from neraca.projecting.projector import BATCH, BatchProjector
from neraca.projecting.set_aside_events import plain
from neraca.projecting.statements import statement
from neraca.store.notifier import Listener
from neraca.store.outage import passing
from neraca.store.statements import statement as log_statement

_POLL = timedelta(milliseconds=250)
_SHARED = timedelta(milliseconds=10)
_BREATH = timedelta(milliseconds=100)
"""Between the beginnings of two rounds while little comes at a time: a round of three events costs what one of fifty
does, and whoever writes them shares this process.
"""
_FIRST_RETRY = timedelta(seconds=1)
_LAST_RETRY = timedelta(minutes=5)
_LAST_RECONNECT = timedelta(seconds=10)


class Failure(Struct, frozen=True):
    """Why a projection has stopped in an agency. `position` is that of the event at fault, where one is."""

    message: str
    position: int | None
    attempts: int


class FollowerStatus(Struct, frozen=True):
    """How far a projection is in an agency; `head` is where the log was when last looked at."""

    projection: str
    agency: str
    position: int
    head: int
    failure: Failure | None = None

    @property
    def lag(self) -> int:
        return self.head - self.position


class Follower:
    """Several may follow the same database, in one process or many: each batch is taken in by one of them.

    An event that a projection cannot hold is set aside. Where something else is wrong, the projection stops in that
    agency alone and is tried again after longer and longer waits; `status` says so. A lost connection is made again in
    the same way.
    """

    def __init__(
        self,
        url: str,
        projections: Sequence[Projection],
        decode: Decode,
        *,
        batch: int = BATCH,
        poll: timedelta = _POLL,
        first_retry: timedelta = _FIRST_RETRY,
    ) -> None:
        self._url = url
        self._projections = projections
        self._decode = decode
        self._batch = batch
        self._poll = poll
        self._first_retry = first_retry
        self._stopping = Event()
        self._thread: Thread | None = None
        self._mutex = Lock()
        self._standings: dict[tuple[str, str], FollowerStatus] = {}
        self._lost: str | None = None

    def start(self) -> None:
        """Follows on a daemon thread until `stop`."""
        self._stopping.clear()
        self._thread = Thread(target=self.follow, name="neraca-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch in hand."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
            self._thread = None
            self._stopping.clear()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def status(self) -> list[FollowerStatus]:
        """Every projection in every agency seen so far, by name."""
        with self._mutex:
            return [self._standings[key] for key in sorted(self._standings)]

    @property
    def lost(self) -> str | None:
        """Why nothing can be followed at the moment; None if all is well with the connection."""
        return self._lost

    def follow(self) -> None:
        """Follows on this thread until `stop` is called from another."""
        wait = self._first_retry
        with Listener(self._url) as listener:
            while not self._stopping.is_set():
                try:
                    with connect_projector(self._url) as connection:
                        # Anew with the connection: what is remembered of rows may be of a transaction lost with it.
                        rounds = self._rounds(connection)
                        moved = rounds.run()
                        self._lost, wait = None, self._first_retry
                        self._follow(rounds, listener, moved)
                except Error as error:
                    self._lost = str(error).strip()
                    self._stopping.wait(wait.total_seconds())
                    wait = min(wait * 2, _LAST_RECONNECT)

    def catch_up(self, agency: str | None = None) -> list[FollowerStatus]:
        """Takes in, on this thread, all there is, or all of an agency; then says where each projection stands, those in
        trouble included.
        """
        with self.connected() as catch_up:
            return catch_up(agency)

    @contextmanager
    def connected(self) -> Generator[Callable[[str | None], list[FollowerStatus]]]:
        """What catches up as often as it is called, on one connection: to connect takes longer than a few events do."""
        with connect_projector(self._url) as connection:
            rounds = self._rounds(connection)

            def catch_up(agency: str | None) -> list[FollowerStatus]:
                while rounds.run(agency) or (rounds.shared and not self._stopping.wait(_SHARED.total_seconds())):
                    pass
                return self.status()

            yield catch_up

    def _rounds(self, connection: Connection) -> "_Rounds":
        pages = Pages(connection, self._decode)
        projectors = [
            BatchProjector(connection, projection, pages, batch=self._batch) for projection in self._projections
        ]
        return _Rounds(connection, projectors, self._first_retry, self._stopping, self._stands)

    def _follow(self, rounds: "_Rounds", listener: Listener, moved: bool) -> None:
        breath = min(_BREATH, self._poll)
        began = _now()
        while not self._stopping.is_set():
            if moved and not rounds.full:
                self._stopping.wait(max(breath - (_now() - began), timedelta(0)).total_seconds())
            elif not moved:
                asked = _now()
                if not listener.wait(self._poll) and _now() - asked < self._poll / 2:
                    self._stopping.wait(self._poll.total_seconds())  # deaf for now, but not to be hurried by that
            began = _now()
            moved = rounds.run()

    def _stands(self, statuses: Sequence[FollowerStatus]) -> None:
        with self._mutex:
            self._standings.update({(s.projection, s.agency): s for s in statuses})


class _Trouble(Struct):
    failure: Failure
    retry_at: timedelta


class _Rounds:
    """Goes through the agencies one after the other, on one connection."""

    def __init__(
        self,
        connection: Connection,
        projectors: Sequence[BatchProjector],
        first_retry: timedelta,
        stopping: Event,
        report: Callable[[Sequence[FollowerStatus]], None],
    ) -> None:
        self._connection = connection
        self._projectors = projectors
        self._first_retry = first_retry
        self._stopping = stopping
        self._report = report
        self._troubles: dict[tuple[str, str], _Trouble] = {}
        self.shared = self.full = False

    def run(self, only: str | None = None) -> bool:
        """One batch of each projection in each agency that is behind, or in one; whether anything moved.

        `shared` then says whether another follower was at work on something, `full` whether a whole batch came.
        """
        heads: dict[str, int] = dict(self._connection.execute(log_statement("positions"), prepare=True).fetchall())
        at = self._positions()
        self.shared = self.full = moved = False
        # One batch of each in turn, so that a large agency's backlog holds up a small one by no more than that.
        for agency, head in sorted(heads.items()):
            if only not in (None, agency):
                continue
            statuses: list[FollowerStatus] = []
            for projector in self._projectors:
                before = at.get((projector.projection.name, agency))
                position = self._advance(projector, agency, before, head)
                moved |= position > (before or 0)
                trouble = self._troubles.get((projector.projection.name, agency))
                failure = trouble.failure if trouble else None
                statuses.append(
                    FollowerStatus(projector.projection.name, agency, position, max(head, position), failure)
                )
            self._report(statuses)
            if self._stopping.is_set():
                break
        return moved

    def _advance(self, projector: BatchProjector, agency: str, at: int | None, head: int) -> int:
        key = (projector.projection.name, agency)
        trouble = self._troubles.get(key)
        if trouble and trouble.retry_at > _now():
            return at or 0
        if at is None:
            params = {"agency": agency, "projection": projector.projection.name}
            self._connection.execute(statement("begin-position"), params)
        # Nothing to do costs no transaction: most agencies have nothing new in most rounds.
        if (at or 0) >= head:
            return at or 0
        try:
            position = projector.advance(agency, head)
        except Exception as error:
            # The connection's trouble, not the projection's: it is made again for all, without counting against anyone.
            if passing(error):
                raise
            # Whatever else it is, it must not stop the others; `status` tells, and `neraca doctor`.
            worse = self._troubles[key] = self._worse(trouble, error)
            self._note(agency, projector.projection.name, at or 0, worse.failure)
            return at or 0
        self._troubles.pop(key, None)
        if position is None:
            self.shared = True
            return at or 0
        self.full |= position - (at or 0) >= projector.batch
        return position

    def _worse(self, trouble: _Trouble | None, error: Exception) -> _Trouble:
        attempts = trouble.failure.attempts + 1 if trouble else 1
        # The exponent is bounded, as a number of thousands of bits is no time to wait.
        wait = min(self._first_retry * 2 ** min(attempts - 1, 20), _LAST_RETRY)
        position = error.position if isinstance(error, PoisonEvent) else None
        message = str(error) if isinstance(error, ProjectingError) else f"{type(error).__name__}: {error}"
        return _Trouble(Failure(message, position, attempts), _now() + wait)

    def _note(self, agency: str, projection: str, position: int, failure: Failure) -> None:
        self._connection.execute(
            statement("note-failure"),
            {
                "agency": agency,
                "projection": projection,
                "position": position,
                "reason": plain(failure.message),
                "attempts": failure.attempts,
            },
        )

    def _positions(self) -> dict[tuple[str, str], int]:
        names = [projector.projection.name for projector in self._projectors]
        rows = self._connection.execute(statement("all-positions"), (names,), prepare=True).fetchall()
        return {(projection, agency): position for agency, projection, position in rows}


def _now() -> timedelta:
    return timedelta(seconds=monotonic())
