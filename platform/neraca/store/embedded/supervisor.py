"""The detached process that is PostgreSQL's parent: starts it, restarts it after a crash, stops it when nobody uses it.

Run as `python -P -m neraca.store.embedded.supervisor ORDER`. On its standard output it says one thing, once, to whoever
started it: an `StartReply`. It ends with the last user, on SIGTERM, or when the server has crashed too often.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from neraca.store.embedded import binaries, cluster, layout, locks
from neraca.store.embedded.errors import ServerDidNotStart
from neraca.store.embedded.handshake import StartReply, StartRequest

CRASHES = 5  # within a minute: then a person should look
PATIENCE = 60  # seconds for a shutdown before the next firmer signal


class Supervisor:
    def __init__(self, order: StartRequest) -> None:
        self.order = order
        self.place = layout.of(Path(order.home))
        self.told_to_stop = False
        self.answered = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            locks.take(self.place.lock("supervisor"), until=locks.Deadline(1))
        except locks.StillHeld:
            self._answer(StartReply("other"))
            return
        try:
            self._supervise()
            layout.tidy(self.place)
        except ServerDidNotStart as refusal:
            if self.answered:
                print(f"supervisor: {refusal}", file=sys.stderr)
            self._answer(StartReply("failed", str(refusal.place), refusal.cause, refusal.remedy))

    def _supervise(self) -> None:
        server_lock = self._alone()
        programs = binaries.folder(self.place)
        cluster.create(self.place, programs, fsync=self.order.fsync, server_lock=server_lock)
        crashes: list[locks.Deadline] = []
        while len(crashes) < CRASHES:
            with cluster.started(self.place, programs, fsync=self.order.fsync, server_lock=server_lock) as postmaster:
                try:
                    crashed = self._attend(postmaster)
                finally:
                    self._end(postmaster)
            if not crashed:
                return
            print(f"supervisor: PostgreSQL ended with {postmaster.returncode}; again", file=sys.stderr)
            # Backends of the crashed server hold copies of this lock: taken again, it tells that the last has gone.
            os.close(server_lock)
            server_lock = self._alone()
            crashes = [*(crash for crash in crashes if not crash.passed), locks.Deadline(60)]
        raise ServerDidNotStart(
            self.place.folder, f"it crashed {CRASHES} times in a minute:\n{cluster.log_tail(self.place)}", self._see_log
        )

    def _alone(self) -> int:
        """The `server` lock, once every process of an earlier server has gone."""
        until = locks.Deadline(PATIENCE)
        while True:
            try:
                return locks.take(self.place.lock("server"), until=locks.Deadline(1))
            except locks.StillHeld:
                cluster.end_orphans(self.place)
                if until.passed:
                    raise ServerDidNotStart(
                        self.place.folder, "processes of an earlier server are still at work", self._see_log
                    ) from None

    def _attend(self, postmaster: subprocess.Popen[bytes]) -> bool:
        """Stays with the server for its life. True when it crashed and is wanted again, False when it is to stop."""
        ended = select.poll()
        # By descriptor: the number of a process that has ended may be another's.
        ended.register(handle := os.pidfd_open(postmaster.pid), select.POLLIN)
        ready: int | None = None
        users: int | None = None
        try:
            while not cluster.answers(self.place, postmaster):
                if ended.poll(15):
                    if self.answered:
                        return True
                    postmaster.wait()
                    cause = f"it ended with {postmaster.returncode}:\n{cluster.log_tail(self.place)}"
                    raise ServerDidNotStart(self.place.folder, cause, self._see_log)
                if self.told_to_stop:
                    return False
            ready = locks.take(self.place.lock("ready"), until=locks.Deadline(PATIENCE))
            self._answer(StartReply("ready"))
            alone_since: locks.Deadline | None = None
            while not self.told_to_stop:
                if ended.poll(200):
                    return True
                users = locks.take_now(self.place.lock("users"))
                if users is None:
                    alone_since = None
                    continue
                alone_since = alone_since or locks.Deadline(self.order.linger_seconds)
                if alone_since.passed:
                    # Holding `users` until this process ends: whoever comes now waits and then starts again.
                    return False
                os.close(users)
            return False
        finally:
            os.close(handle)
            if ready is not None:
                os.close(ready)

    def _end(self, postmaster: subprocess.Popen[bytes]) -> None:
        # To PostgreSQL: fast (rolls back and ends), immediate (recovers at the next start), and the kernel's word.
        for firmer in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if postmaster.poll() is None:
                postmaster.send_signal(firmer)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    postmaster.wait(PATIENCE)

    def _answer(self, answer: StartReply) -> None:
        if not self.answered:
            self.answered = True
            with contextlib.suppress(BrokenPipeError):  # whoever asked is gone; others may be waiting
                os.write(1, msgspec.json.encode(answer) + b"\n")
            # Whoever asked closes the pipe; a later word into it must not end the supervisor.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)

    def _stop(self, *_: object) -> None:
        self.told_to_stop = True

    @property
    def _see_log(self) -> str:
        return f"see {self.place.log}"


def main() -> None:
    if os.fork():
        os._exit(0)  # so nobody has to reap the supervisor
    Supervisor(msgspec.json.decode(sys.argv[1], type=StartRequest)).run()


if __name__ == "__main__":
    main()
