"""Tells followers that there is something to read. A courtesy: they poll as well, and a lost call costs only time.

The call is sent after the commit, on a connection of its own and at most once per agency and tick: inside the append it
would take a lock on the whole cluster.
"""

from datetime import timedelta
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

from psycopg import Connection, Error

from neraca.store.arrays import Texts
from neraca.store.pool import Role, open_connection

_TICK = timedelta(milliseconds=50)


class Notifier:
    """`notify` returns at once; hand it to `Ledger` as `on_stored`. Close it, or use it as a context."""

    def __init__(self, url: str, *, tick: timedelta = _TICK) -> None:
        self._url = url
        self._tick = tick
        self._rung: set[str] = set()
        self._closed = Event()
        self._changed = Condition()
        self._connection: Connection | None = None
        self._thread = Thread(target=self._run, name="neraca-notifier", daemon=True)
        self._thread.start()

    def notify(self, agency: str) -> None:
        with self._changed:
            self._rung.add(agency)
            self._changed.notify()

    def close(self) -> None:
        self._closed.set()
        with self._changed:
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            with self._changed:
                while not self._rung and not self._closed.is_set():
                    self._changed.wait()
                rung, self._rung = self._rung, set()
            if rung:
                self._send(rung)
                # After sending, so that a lone call goes at once and those of a burst together.
                self._closed.wait(self._tick.total_seconds())
        # What came between the last sending and the close.
        if self._rung:
            self._send(self._rung)
        if self._connection:
            self._connection.close()

    def _send(self, agencies: set[str]) -> None:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = open_connection(self._url)
            self._connection.execute(
                "select pg_notify('neraca_ledger', agency) from unnest(%s) as agency", (Texts(agencies),)
            )
        except Error:
            self._connection = None  # the next notify connects again; followers find these events by polling


class Listener:
    """Hears the bells of every process. Connects when first waited on, and again whenever the connection is lost."""

    def __init__(self, url: str, *, role: Role = "neraca_projector") -> None:
        self._url = url
        self._role: Role = role
        self._connection: Connection | None = None

    def wait(self, timeout: timedelta) -> set[str]:
        """Agencies that have new events, as soon as there are any. Empty after the timeout or without a connection."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = open_connection(self._url, role=self._role)
                self._connection.execute("listen neraca_ledger")
            # stop_after=1 still yields all that came in the same packet, so a burst is one waking.
            heard = self._connection.notifies(timeout=timeout.total_seconds(), stop_after=1)
            return {notify.payload for notify in heard}
        except Error:
            self._connection = None
            return set()

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
