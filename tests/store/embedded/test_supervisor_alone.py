"""The server's parent with stand-ins for the server and for time: what it does at each turn, in an instant."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from neraca.store import embedded
from neraca.store.embedded import layout, locks, supervisor
from neraca.store.embedded.handshake import StartReply, StartRequest
from neraca.store.embedded.supervisor import Supervisor

SECOND = 1_000_000_000


class Clock:
    """Time that passes only when somebody waits for a lock."""

    def __init__(self) -> None:
        self.now = 0

    def pause(self, milliseconds: int) -> None:
        self.now += milliseconds * 1_000_000


class Home:
    """A home, and the supervisor of it that a test is about."""

    def __init__(self, path: Path) -> None:
        self.place = layout.Layout(path, None)
        layout.prepare(self.place)

    def supervisor(self, linger_seconds: int = 0) -> "Answering":
        one = Answering(StartRequest(str(self.place.home), fsync=False, linger_seconds=linger_seconds))
        one.place = self.place
        return one

    def held(self, name: str) -> bool:
        return locks.is_held(self.place.lock(name))


class Answering(Supervisor):
    """Keeps what it answers."""

    def __init__(self, order: StartRequest) -> None:
        super().__init__(order)
        self.replies: list[StartReply] = []

    def _answer(self, answer: StartReply) -> None:
        if not self.answered:
            self.answered = True
            self.replies.append(answer)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(locks.time, "monotonic_ns", lambda: clock.now)
    monkeypatch.setattr(locks, "pause", clock.pause)
    return clock


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What it writes to the log."""
    written = StringIO()
    # of its own, as pytest sets that of `sys` anew between a fixture and its test
    monkeypatch.setattr(supervisor, "sys", SimpleNamespace(stderr=written))
    return written


@pytest.fixture
def program() -> Iterator["subprocess.Popen[bytes]"]:
    """Stands in for the postmaster."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


@contextmanager
def no_file_left_open(but: int = 0) -> Iterator[None]:
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert len(os.listdir("/proc/self/fd")) == before + but


def ended_with(code: int) -> "subprocess.Popen[bytes]":
    """A process that has ended, though nobody has asked yet how."""
    process = subprocess.Popen(["sh", "-c", f"exit {code}"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    return process


# While the server lives.


def test_a_server_that_ends_before_it_ever_answered_is_refused(
    home: Home, program: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor.cluster, "answers", lambda *_: False)
    home.place.log.write_text("no room\n")

    with no_file_left_open(), pytest.raises(embedded.ServerDidNotStart) as refusal:
        home.supervisor()._attend(ended_with(3))

    told = refusal.value.place, refusal.value.cause, refusal.value.remedy
    assert told == (home.place.folder, "it ended with 3:\n  no room", f"see {home.place.log}")


def test_a_server_that_ends_before_it_answers_again_has_crashed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor.cluster, "answers", lambda *_: False)
    one = home.supervisor()
    one.answered = True
    process = ended_with(3)

    with no_file_left_open():
        assert one._attend(process) is True
    process.wait()


def test_told_to_stop_it_does_not_wait_for_the_answer(
    home: Home, program: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor.cluster, "answers", lambda *_: False)
    one = home.supervisor()
    one._stop(signal.SIGTERM, None)

    with no_file_left_open():
        assert one._attend(program) is False
    assert one.replies == []


def test_it_asks_that_very_server_until_it_answers(
    home: Home, program: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = iter([False, False, True]), list[object]()
    monkeypatch.setattr(supervisor.cluster, "answers", lambda *of: asked.append(of) or next(answers))
    one = home.supervisor()

    assert one._attend(program) is False

    close_locks(home)
    assert asked == [(home.place, program)] * 3
    assert one.replies == [StartReply("ready")]
    assert not home.held("ready")


@pytest.mark.parametrize(("stops", "crashed"), [("the server", True), ("the supervisor", False)])
def test_while_it_is_used_it_is_ready_until_it_crashes_or_is_told_to_stop(
    home: Home, program: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch, stops: str, crashed: bool
) -> None:
    one, seen = home.supervisor(), list[bool]()

    def used(_: Path) -> None:
        seen.append(home.held("ready"))
        if len(seen) == 2:
            program.kill() if stops == "the server" else one._stop()

    monkeypatch.setattr(supervisor.cluster, "answers", lambda *_: True)
    monkeypatch.setattr(supervisor.locks, "take_now", used)

    with no_file_left_open():
        assert one._attend(program) is crashed

    assert seen == [True, True]
    assert not home.held("ready")


@pytest.mark.parametrize(
    ("linger_seconds", "used", "turns"),
    [
        (0, "-", 1),
        (0, "uu-", 3),
        (1, "--", 2),
        (2, "---", 3),
        (2, "--u---", 6),
        (2, "-uu---", 6),
        (3, "u----", 5),
    ],
)
def test_it_stops_once_it_was_alone_for_as_long_as_it_was_told(
    home: Home,
    clock: Clock,
    program: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
    linger_seconds: int,
    used: str,
    turns: int,
) -> None:
    """A second passes with each look at who is there: `u` for a user, `-` for none."""
    looks, taken = iter(used), list[int]()

    def take_now(path: Path) -> int | None:
        assert path == home.place.lock("users")
        clock.now += SECOND
        if next(looks) == "u":
            return None
        taken.append(os.open(os.devnull, os.O_RDONLY))
        return taken[-1]

    monkeypatch.setattr(supervisor.cluster, "answers", lambda *_: True)
    monkeypatch.setattr(supervisor.locks, "take_now", take_now)
    monkeypatch.setattr(
        supervisor.select, "poll", lambda: SimpleNamespace(register=lambda *_: None, poll=lambda *_: [])
    )

    with no_file_left_open(but=1):
        assert home.supervisor(linger_seconds)._attend(program) is False

    assert clock.now == turns * SECOND
    assert os.readlink(f"/proc/self/fd/{taken[-1]}") == os.devnull, "kept, so that whoever comes now waits"
    os.close(taken[-1])


# Around it.


class Stage:
    """Stands in for the folder of data: keeps what was asked of it."""

    def __init__(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[object] = []
        self.home = home
        monkeypatch.setattr(supervisor.binaries, "folder", lambda place: Path("/programs"))
        monkeypatch.setattr(supervisor.cluster, "create", self.create)
        monkeypatch.setattr(supervisor.cluster, "started", self.started)

    def create(self, place: layout.Layout, programs: Path, *, fsync: bool, server_lock: int) -> None:
        assert os.readlink(f"/proc/self/fd/{server_lock}") == str(place.lock("server"))
        self.asked.append(("create", place, programs, fsync))

    def started(self, place: layout.Layout, programs: Path, *, fsync: bool, server_lock: int) -> Any:
        assert os.readlink(f"/proc/self/fd/{server_lock}") == str(place.lock("server"))
        self.asked.append(("started", place, programs, fsync))
        return nullcontext(SimpleNamespace(returncode=-9))


@pytest.fixture
def stage(home: Home, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(home, monkeypatch)


@pytest.fixture
def crashing(home: Home, clock: Clock, stage: Stage) -> Callable[..., Supervisor]:
    """A supervisor whose server crashes at these moments, then is to stop."""

    def make(*at: int, fsync: bool = False) -> Supervisor:
        left = list(at)

        class Crashing(Answering):
            def _attend(self, postmaster: object) -> bool:
                if left:
                    clock.now = left.pop(0)
                    return True
                return False

            def _end(self, postmaster: object) -> None:
                stage.asked.append("end")

        one = Crashing(StartRequest(str(home.place.home), fsync=fsync, linger_seconds=0))
        one.place = home.place
        return one

    return make


@pytest.mark.parametrize("fsync", [True, False])
def test_after_a_crash_it_is_started_again_by_the_same_order(
    home: Home, stage: Stage, crashing: Callable[..., Supervisor], written: StringIO, fsync: bool
) -> None:
    with no_file_left_open(but=1):
        crashing(0, 0, fsync=fsync)._supervise()

    of = (home.place, Path("/programs"), fsync)
    assert stage.asked == [("create", *of), *[("started", *of), "end"] * 3]
    assert written.getvalue() == "supervisor: PostgreSQL ended with -9; again\n" * 2
    close_locks(home)


@pytest.mark.parametrize(
    ("crashed_at", "given_up"),
    [
        ((0, 0, 0, 0), False),
        ((0, 0, 0, 0, 60 * SECOND - 1), True),
        ((0, 0, 0, 0, 60 * SECOND), False),
        ((0, 1, 1, 1, 60 * SECOND, 60 * SECOND), True),
        ((0, 1, 1, 1, 60 * SECOND, 60 * SECOND + 1), False),
    ],
)
def test_a_minute_is_counted_from_the_first_of_five_crashes(
    home: Home, crashing: Callable[..., Supervisor], crashed_at: tuple[int, ...], given_up: bool
) -> None:
    home.place.log.write_text("gone\n")
    with pytest.raises(embedded.ServerDidNotStart) if given_up else nullcontext() as refusal:
        crashing(*crashed_at)._supervise()

    if refusal:
        told = refusal.value.place, refusal.value.cause, refusal.value.remedy
        assert told == (home.place.folder, "it crashed 5 times in a minute:\n  gone", f"see {home.place.log}")
    close_locks(home)


def test_what_ends_its_attention_ends_the_server_too(
    home: Home, stage: Stage, crashing: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = crashing()
    monkeypatch.setattr(one, "_attend", lambda postmaster: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        one._supervise()

    assert stage.asked[-1] == "end"
    close_locks(home)


def close_locks(home: Home) -> None:
    """Those that a supervisor keeps to the end of its process."""
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if os.readlink(link).startswith(str(home.place.folder)):
                os.close(int(link.name))


def test_backends_of_an_earlier_server_are_ended_again_and_again_until_they_have_gone(
    home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, turns = locks.take(home.place.lock("server"), until=locks.Deadline(0)), list[int]()

    def end_orphans(place: layout.Layout) -> None:
        assert place == home.place
        turns.append(clock.now // SECOND)
        if len(turns) == 3:
            os.close(held)

    monkeypatch.setattr(supervisor.cluster, "end_orphans", end_orphans)

    taken = home.supervisor()._alone()

    assert turns == [1, 2, 3]
    assert home.held("server")
    os.close(taken)
    assert not home.held("server")


def test_after_a_minute_it_no_longer_waits_for_the_server_of_somebody(
    home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = locks.take(home.place.lock("server"), until=locks.Deadline(0))
    monkeypatch.setattr(supervisor.cluster, "end_orphans", lambda place: None)

    with no_file_left_open(), pytest.raises(embedded.ServerDidNotStart) as refusal:
        home.supervisor()._alone()

    os.close(held)
    assert clock.now // SECOND == 60
    told = refusal.value.place, refusal.value.cause, refusal.value.remedy
    assert told == (
        home.place.folder,
        "processes of an earlier server are still at work",
        f"see {home.place.log}",
    )


@pytest.fixture
def signals() -> Iterator[tuple[signal.Signals, ...]]:
    """Those by which it is told to stop, as they were before."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("ends", ["well", "refused"])
def test_it_says_how_it_ended_to_who_asked_or_to_the_log(
    home: Home,
    signals: tuple[signal.Signals, ...],
    monkeypatch: pytest.MonkeyPatch,
    written: StringIO,
    ends: str,
    answered: bool,
) -> None:
    one, tidied, refusal = home.supervisor(), list[object](), embedded.ServerDidNotStart(Path("/there"), "no", "do")
    one.answered = answered

    def supervise() -> None:
        assert home.held("supervisor")
        assert all(signal.getsignal(number) == one._stop for number in signals)
        if ends == "refused":
            raise refusal

    monkeypatch.setattr(one, "_supervise", supervise)
    monkeypatch.setattr(supervisor.layout, "tidy", tidied.append)

    one.run()

    close_locks(home)
    assert tidied == ([home.place] if ends == "well" else [])
    said = ends == "refused"
    assert written.getvalue() == (f"supervisor: {refusal}\n" if said and answered else "")
    assert one.replies == ([StartReply("failed", "/there", "no", "do")] if said and not answered else [])


@pytest.mark.parametrize("glance", [True, False])
def test_one_who_only_looks_at_its_lock_does_not_send_it_away(
    home: Home, clock: Clock, signals: tuple[signal.Signals, ...], monkeypatch: pytest.MonkeyPatch, glance: bool
) -> None:
    """Whoever asks whether a supervisor is there holds the lock for an instant."""
    held = locks.take(home.place.lock("supervisor"), shared=True, until=locks.Deadline(0))
    one, supervised = home.supervisor(), list[bool]()
    monkeypatch.setattr(one, "_supervise", lambda: supervised.append(True))
    if glance:
        monkeypatch.setattr(locks, "pause", lambda milliseconds: os.close(held))

    one.run()

    if not glance:
        os.close(held)
        assert clock.now // SECOND == 1
    close_locks(home)
    assert supervised == ([True] if glance else [])
    assert one.replies == ([] if glance else [StartReply("other")])


@pytest.mark.parametrize("heard", [None, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_server_has_a_minute_to_end_before_it_is_told_more_firmly(home: Home, heard: signal.Signals | None) -> None:
    told: list[object] = []

    class Postmaster:
        """Ends when it hears that word; before the first it has ended already if it is None."""

        def poll(self) -> int | None:
            return 0 if heard is None or heard in told else None

        def send_signal(self, number: signal.Signals) -> None:
            told.append(number)

        def wait(self, seconds: int) -> int:
            told.append(seconds)
            if self.poll() is None:
                raise subprocess.TimeoutExpired("postgres", seconds)
            return 0

    home.supervisor()._end(cast(Any, Postmaster()))

    firmer = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]
    words = firmer[: firmer.index(heard) + 1] if heard else []
    assert told == [what for word in words for what in (word, 60)]


def test_the_process_detaches_itself_and_says_what_became_of_it(home: Home) -> None:
    home.place.data.mkdir()
    (home.place.data / "PG_VERSION").write_text("1\n")
    held = locks.take(home.place.lock("server"), until=locks.Deadline(0))
    order = msgspec.json.encode(StartRequest(str(home.place.home), fsync=False, linger_seconds=0)).decode()

    with subprocess.Popen(
        [sys.executable, "-P", "-m", "neraca.store.embedded.supervisor", order], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.wait(20) == 0
        os.close(held)
        reply = msgspec.json.decode(process.stdout.readline(), type=StartReply)
        assert process.stdout.readline() == b""

    assert (reply.outcome, reply.place) == ("failed", str(home.place.data))
    assert reply.cause.startswith("the data were made by PostgreSQL 1, ")
    assert embedded.stopped(home.place.home, within_seconds=20)
