"""Opening the embedded server: take part among its users, and see that it runs."""

import os
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from psycopg.pq import PGconn, Ping

from neraca.store.embedded import cluster, layout, locks
from neraca.store.embedded.errors import ServerDidNotStart
from neraca.store.embedded.handshake import StartReply, StartRequest

LOG_KEPT = 8 * 1024 * 1024
SPAWNS = 3


class Server:
    """A running embedded server, and our part in keeping it so until `close`. `url` is a conninfo for psycopg."""

    def __init__(self, where: layout.Layout, order: StartRequest, patience_seconds: int) -> None:
        self._place = where
        self._order = order
        self._patience = patience_seconds
        until = locks.Deadline(patience_seconds)
        layout.prepare(where)
        # Before looking whether it runs: a supervisor that stops for want of users keeps this lock until it has gone.
        self._user: int | None = self._lock("users", until, shared=True)
        try:
            self._bring_up(until)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        return self._place.url

    @property
    def log(self) -> Path:
        return self._place.log

    def ensure(self) -> None:
        """Returns once the server answers, bringing it back if need be. Raises ServerDidNotStart.

        For whoever lost a connection. A server that is just going down may answer once more, so call it in the loop
        that connects again.
        """
        if not self._answers():
            self._bring_up(locks.Deadline(self._patience))

    def close(self) -> None:
        """Leaves the server, which stops a moment later if nobody else uses it."""
        if self._user is not None:
            os.close(self._user)
            self._user = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bring_up(self, until: locks.Deadline) -> None:
        opening = self._lock("opening", until)
        spawned = 0
        try:
            while not self._answers():
                if until.passed:
                    raise self._refusal("it does not answer yet", "wait if it recovers from a crash, and try again")
                if locks.is_held(self._place.lock("supervisor")):
                    locks.pause(15)
                    continue
                if spawned == SPAWNS:
                    raise self._refusal("its supervisor ends at once", f"see {self._place.log}")
                spawned += 1
                self._spawn_supervisor(until)
        finally:
            os.close(opening)

    def _answers(self) -> bool:
        # A ping alone would be answered by whatever server has the socket; the lock is held for ours.
        if not locks.is_held(self._place.lock("ready")):
            return False
        return PGconn.ping(self.url.encode()) == Ping.OK

    def _spawn_supervisor(self, until: locks.Deadline) -> None:
        layout.prepare(self._place)  # the last supervisor may have taken its socket's folder away
        # With -P no file that lies in the working folder is imported in place of a module.
        command = [sys.executable, "-P", "-m", "neraca.store.embedded.supervisor"]
        log = self._opened_log()
        try:
            with subprocess.Popen(  # noqa: S603 -- ourselves
                [*command, msgspec.json.encode(self._order).decode()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd="/",
                # Ctrl-C goes to all of a terminal's group, and the server must outlive it for its other users.
                start_new_session=True,
            ) as supervisor:
                line = _first_line(supervisor, until)
        finally:
            os.close(log)
        answer = msgspec.json.decode(line, type=StartReply) if line else StartReply("other")
        if answer.outcome == "failed":
            raise ServerDidNotStart(Path(answer.place), answer.cause, answer.remedy)

    def _opened_log(self) -> int:
        log = self._place.log
        # Only when a server is about to start: one that runs keeps writing to the file it has open.
        if log.exists() and log.stat().st_size > LOG_KEPT:
            log.rename(log.with_suffix(".log.1"))
        return layout.private_file(log, os.O_WRONLY | os.O_APPEND)

    def _lock(self, name: str, until: locks.Deadline, *, shared: bool = False) -> int:
        try:
            return locks.take(self._place.lock(name), shared=shared, until=until)
        except locks.StillHeld:
            raise self._refusal(f"another process keeps {name}.lock", "wait for it, and try again") from None
        except OSError as error:
            cause = f"{error.strerror} ({error.filename})"
            raise self._refusal(cause, "set NERACA_HOME to a folder this user may write in") from error

    def _refusal(self, cause: str, remedy: str) -> ServerDidNotStart:
        return ServerDidNotStart(self._place.folder, f"{cause}\n{cluster.log_tail(self._place)}", remedy)


def open(  # noqa: A001 -- read as `embedded.open`, never bare
    home: Path, *, fsync: bool = True, linger_seconds: int = 3, patience_seconds: int = 120
) -> Server:
    """The server that keeps its data in `home`, started if it does not run. Raises ServerDidNotStart.

    `fsync=False` is for tests: a crash of the machine then loses data. Whoever starts the server decides on `fsync` and
    on how long it lingers unused.
    """
    if sys.platform != "linux":
        raise ServerDidNotStart(home, "it runs on Linux only", "run Neraca in a container")
    where = layout.of(home)
    return Server(where, StartRequest(str(where.home), fsync, linger_seconds), patience_seconds)


def running(home: Path) -> bool:
    """Whether the server of this home runs already, so that opening it starts nothing."""
    if sys.platform != "linux":
        return False
    return locks.is_held(layout.of(home).lock("ready"))


def stopped(home: Path, *, within_seconds: int) -> bool:
    """Whether the server of this home has stopped, waiting for that if need be: before moving or removing the home."""
    where = layout.of(home)
    until = locks.Deadline(within_seconds)
    names = ("supervisor", "server")
    while any(locks.is_held(where.lock(name)) for name in names):
        if until.passed:
            return False
        locks.pause(15)
    return True


def _first_line(process: subprocess.Popen[bytes], until: locks.Deadline) -> bytes:
    """What the process says, or nothing when it ends or the deadline passes first."""
    assert process.stdout is not None  # noqa: S101 -- narrows the type
    said = select.poll()
    said.register(process.stdout, select.POLLIN)  # its end is told unasked
    return process.stdout.readline() if said.poll(until.milliseconds_left) else b""
