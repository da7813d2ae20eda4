"""The time by which days are counted: the database's, which all servers share.

A server whose own clock is more than a minute from it says so and gives no time: one of the two is wrong, and on a last
day of a legal period nobody could say afterwards which. Between looks the time runs on by a counter that nobody sets.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from msgspec import Struct
from psycopg import Connection, Error

from neraca.store.errors import ClockSkewed
from neraca.store.pool import open_connection

MOST_APART = timedelta(minutes=1)
_EVERY = timedelta(seconds=15)


class Reading(Struct, frozen=True):
    """`at` by the counter. `apart`: how far the server's clock is ahead of the database's, at the least."""

    told: datetime
    at: float
    apart: timedelta


def own_time() -> datetime:
    return datetime.now(UTC)


class DatabaseClock:
    """Read at once and then on a thread of its own; a database that is away for a while does not stop it.

    Close it, or use it as a context.
    """

    def __init__(self, url: str, *, own: Callable[[], datetime] = own_time, every: timedelta = _EVERY) -> None:
        self._url = url
        self._own = own
        self._every = every
        self._mutex = Lock()
        self._closed = Event()
        with open_connection(url) as connection:
            self._reading = read(connection, own)
        self._thread = Thread(target=self._run, name="neraca-clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        """Raises ClockSkewed."""
        reading = self.reading
        if abs(reading.apart) > MOST_APART:
            raise ClockSkewed(reading.apart)
        return reading.told + timedelta(seconds=_counter() - reading.at)

    @property
    def reading(self) -> Reading:
        with self._mutex:
            return self._reading

    def close(self) -> None:
        self._closed.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        connection: Connection | None = None
        while not self._closed.wait(self._every.total_seconds()):
            try:
                if connection is None or connection.closed:
                    connection = open_connection(self._url)
                reading = read(connection, self._own)
            except Error:
                connection = None
                continue
            with self._mutex:
                self._reading = reading
        if connection:
            connection.close()


def read(connection: Connection, own: Callable[[], datetime] = own_time) -> Reading:
    began, before = _counter(), own()
    row = connection.execute("select clock_timestamp()").fetchone()
    after, ended = own(), _counter()
    assert row is not None  # noqa: S101 - a select without from has one row
    told: datetime = row[0]
    # Only what the round trip can't explain counts: a slow answer is no wrong clock.
    apart = timedelta(0)
    if told > after:
        apart = after - told
    elif told < before:
        apart = before - told
    # The database looked somewhere in between; the middle is wrong by half the round trip at most.
    return Reading(told, (began + ended) / 2, apart)


def _counter() -> float:
    """Runs on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
