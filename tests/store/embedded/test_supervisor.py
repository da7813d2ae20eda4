"""The server's parent, run in this process while somebody else comes and goes."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import psycopg
import pytest

from neraca.store import embedded
from neraca.store.embedded import layout, locks, supervisor
from neraca.store.embedded.handshake import StartReply, StartRequest
from neraca.store.embedded.supervisor import Supervisor

House = Any  # of conftest.py
NOW = locks.Deadline(0)


@contextmanager
def kept(number: int, file: Path) -> Iterator[None]:
    """What is written to that descriptor goes to the file meanwhile."""
    before = os.dup(number)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(opened, number)
    os.close(opened)
    try:
        yield
    finally:
        os.dup2(before, number)
        os.close(before)


class Told:
    """What a supervisor told whoever started it, and what it wrote of itself."""

    def __init__(self, replies: list[StartReply], written: str) -> None:
        self.replies = replies
        self.written = written


@pytest.fixture
def supervise(house: House, data: Path, tmp_path: Path) -> Callable[..., Told]:
    """Runs a supervisor of the house to its end, and beside it what others do meanwhile."""

    def run(meanwhile: Callable[[], object], *, linger_seconds: int = 0) -> Told:
        faults: list[BaseException] = []

        def others() -> None:
            try:
                meanwhile()
            except BaseException as fault:
                faults.append(fault)
                os.kill(os.getpid(), signal.SIGTERM)

        place = layout.of(house.home)
        layout.prepare(place)
        if not place.data.exists():
            subprocess.run(["cp", "-a", data, place.data], check=True)
        before = lock_descriptors(place)
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        said, written = tmp_path / "said", tmp_path / "written"
        thread = Thread(target=others)
        try:
            with kept(1, said), kept(2, written):
                begun = Supervisor(StartRequest(str(house.home), fsync=False, linger_seconds=linger_seconds))
                # stderr of Python may be another file under pytest
                with open(2, "w", closefd=False) as stderr, pytest.MonkeyPatch.context() as patch:
                    patch.setattr(sys, "stderr", stderr)
                    thread.start()
                    begun.run()
            thread.join()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            for descriptor in lock_descriptors(place) - before:  # a supervisor keeps them to the end of its process
                os.close(descriptor)
        if faults:
            raise faults[0]
        lines = said.read_bytes().splitlines()
        said.unlink()
        return Told([msgspec.json.decode(line, type=StartReply) for line in lines], written.read_text())

    return run


def lock_descriptors(place: layout.Layout) -> set[int]:
    """Those by which this process holds the locks of a supervisor."""
    ours = {str(place.lock(name)) for name in ("supervisor", "server", "users")}
    found: set[int] = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found |= {int(link.name)} if os.readlink(link) in ours else set()
    return found


def hear_everything() -> None:
    """A shell may have started these tests deaf to the keyboard's signals."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def ready(house: House) -> bool:
    return locks.is_held(layout.of(house.home).lock("ready"))


def wait(true: Callable[[], bool]) -> None:
    until = locks.Deadline(20)
    while not true():
        assert not until.passed
        locks.pause(10)


def test_it_says_once_that_the_server_answers_and_goes_with_the_last_user(
    house: House, supervise: Callable[..., Told]
) -> None:
    seen: list[bool] = []

    def others() -> None:
        wait(lambda: ready(house))
        with house.open() as one, house.open():
            seen.append(locks.is_held(layout.of(house.home).lock("supervisor")))
            with psycopg.connect(one.url) as connection:
                connection.execute("select 1")

    told = supervise(others)

    assert seen == [True]
    assert told.replies == [StartReply("ready")]
    assert told.written == ""
    assert not (house.data / "postmaster.pid").exists()
    assert "fast shutdown" in layout.of(house.home).log.read_text()


def test_a_second_supervisor_leaves_at_once(house: House, supervise: Callable[..., Told]) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    held = locks.take(place.lock("supervisor"), until=NOW)

    told = supervise(lambda: None)

    os.close(held)
    assert told.replies == [StartReply("other")]
    assert not place.log.exists()


def test_a_server_that_cannot_start_is_told_with_place_cause_and_remedy(
    house: House, data: Path, supervise: Callable[..., Told]
) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    subprocess.run(["cp", "-a", data, place.data], check=True)
    with (house.data / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")

    told = supervise(lambda: None)

    [reply] = told.replies
    assert (reply.outcome, reply.place, reply.remedy) == ("failed", str(place.folder), f"see {place.log}")
    assert reply.cause.startswith("it ended with 1:\n")
    assert 'unrecognized configuration parameter "no_such_setting"' in reply.cause
    assert told.written == "", "who asked has heard it"


def test_it_lingers_as_long_as_it_was_told(house: House, supervise: Callable[..., Told]) -> None:
    postmasters: list[int] = []

    def others() -> None:
        for _ in range(3):
            with house.open():
                postmasters.append(house.postmaster)
            locks.pause(400)

    supervise(others, linger_seconds=2)

    assert len(set(postmasters)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_when_told_to_though_there_are_users(
    house: House, supervise: Callable[..., Told], number: signal.Signals
) -> None:
    def others() -> None:
        wait(lambda: ready(house))
        house.guest()
        os.kill(os.getpid(), number)

    told = supervise(others, linger_seconds=600)

    assert told.replies == [StartReply("ready")]
    assert told.written == ""
    assert not (house.data / "postmaster.pid").exists()


def test_a_server_that_crashes_before_it_answers_again_is_started_once_more(
    house: House, supervise: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = supervisor.cluster.answers, 0

    def but_not_the_second(place: layout.Layout, postmaster: "subprocess.Popen[bytes]") -> bool:
        nonlocal asked
        if not asked:
            return answers(place, postmaster)
        asked += 1
        postmaster.kill()
        return False

    def others() -> None:
        nonlocal asked
        wait(lambda: ready(house))
        with house.open() as server:
            asked = 1
            os.kill(killed := house.postmaster, signal.SIGKILL)
            wait(lambda: asked > 1)
            asked = 0
            wait(lambda: ready(house) and house.postmaster != killed)
            server.ensure()

    monkeypatch.setattr(supervisor.cluster, "answers", but_not_the_second)
    told = supervise(others)

    assert told.replies == [StartReply("ready")]
    assert set(told.written.splitlines()) == {"supervisor: PostgreSQL ended with -9; again"}


def test_told_to_stop_before_the_server_answers_it_stops(
    house: House, supervise: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return False

    monkeypatch.setattr(supervisor.cluster, "answers", never)

    assert supervise(lambda: None).replies == []


def test_a_server_that_crashed_is_started_again_and_nothing_more_is_said(
    house: House, supervise: Callable[..., Told]
) -> None:
    postmasters: list[int] = []

    def others() -> None:
        wait(lambda: ready(house))
        with house.open() as server:
            for _ in range(2):
                postmasters.append(house.postmaster)
                os.kill(postmasters[-1], signal.SIGKILL)
                wait(lambda: not ready(house) or house.postmaster != postmasters[-1])
                server.ensure()
            postmasters.append(house.postmaster)

    told = supervise(others)

    assert len(set(postmasters)) == 3
    assert told.replies == [StartReply("ready")]
    assert told.written == "supervisor: PostgreSQL ended with -9; again\n" * 2


def crash(house: House, times: int, between: Callable[[], None]) -> Callable[[], None]:
    def others() -> None:
        wait(lambda: ready(house))
        with house.open():
            for n in range(times):
                wait(lambda: ready(house))
                os.kill(killed := house.postmaster, signal.SIGKILL)
                wait(lambda: not ready(house) or house.postmaster != killed)
                if n < times - 1:
                    between()

    return others


def test_five_crashes_within_a_minute_are_one_too_many(house: House, supervise: Callable[..., Told]) -> None:
    told = supervise(crash(house, 5, lambda: None), linger_seconds=600)

    place = layout.of(house.home)
    said = told.written.splitlines()
    assert said[:5] == ["supervisor: PostgreSQL ended with -9; again"] * 5
    assert said[5].startswith(
        f"supervisor: {place.folder}: the embedded PostgreSQL did not start: it crashed 5 times in a minute:"
    )
    assert said[-1].startswith(f"Remedy: see {place.log}, or name another PostgreSQL")
    assert told.replies == [StartReply("ready")]


def test_crashes_of_long_ago_are_forgiven(
    house: House, supervise: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ahead = locks.time.monotonic_ns, 0
    monkeypatch.setattr(locks.time, "monotonic_ns", lambda: real() + ahead)

    def a_minute_passes() -> None:
        nonlocal ahead
        wait(lambda: ready(house))
        ahead += 61_000_000_000

    told = supervise(crash(house, 6, a_minute_passes))

    assert told.written == "supervisor: PostgreSQL ended with -9; again\n" * 6


def test_a_server_started_by_hand_is_not_ended(
    house: House, supervise: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something holds the `server` lock that is no backend of ours."""
    monkeypatch.setattr(supervisor, "PATIENCE", 0)
    place = layout.of(house.home)
    layout.prepare(place)
    held = locks.take(place.lock("server"), until=NOW)

    told = supervise(lambda: None)

    os.close(held)
    assert told.replies == [
        StartReply("failed", str(place.folder), "processes of an earlier server are still at work", f"see {place.log}")
    ]


@pytest.mark.parametrize(
    ("deaf_to", "ended_with"),
    [("", -signal.SIGINT), ("INT", -signal.SIGQUIT), ("INT QUIT", -signal.SIGKILL)],
)
def test_a_server_that_does_not_listen_is_told_ever_more_firmly(
    house: House, monkeypatch: pytest.MonkeyPatch, deaf_to: str, ended_with: int
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.3)
    trap = f"trap '' {deaf_to}; " if deaf_to else ""
    command = ["sh", "-c", f"{trap}echo up; while :; do read line || sleep 0.05; done"]
    ending = Supervisor(StartRequest(str(house.home), fsync=False, linger_seconds=0))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, preexec_fn=hear_everything
    ) as process:
        assert process.stdout
        process.stdout.readline()

        ending._end(process)

        assert process.wait(20) == ended_with


def test_a_far_socket_folder_goes_with_the_server(house: House, supervise: Callable[..., Told]) -> None:
    house.home = house.home / ("long" * 25)
    far = layout.of(house.home).socket

    def others() -> None:
        wait(lambda: ready(house))
        assert far.is_dir()

    supervise(others)

    assert not far.exists()


def test_it_answers_once_and_nothing_after_it_reaches_who_asked(house: House, tmp_path: Path) -> None:
    answering = Supervisor(StartRequest(str(house.home), fsync=False, linger_seconds=0))
    said, open_files = tmp_path / "said", len(os.listdir("/proc/self/fd"))

    with kept(1, said):
        assert not answering.answered
        answering._answer(StartReply("failed", "/there", "no", "do"))
        assert answering.answered
        answering._answer(StartReply("ready"))
        os.write(1, b"a later word")

    assert len(os.listdir("/proc/self/fd")) == open_files
    assert said.read_bytes() == b'{"outcome":"failed","place":"/there","cause":"no","remedy":"do"}\n'


def test_whoever_asked_may_be_gone_when_the_answer_comes(house: House) -> None:
    asked = Supervisor(StartRequest(str(house.home), fsync=False, linger_seconds=0))
    read, write = os.pipe()
    os.close(read)
    before = os.dup(1)
    os.dup2(write, 1)
    os.close(write)
    open_files = len(os.listdir("/proc/self/fd"))
    try:
        asked._answer(StartReply("ready"))
        os.write(1, b"a later word")
        assert os.readlink("/proc/self/fd/1") == "/dev/null"
        assert len(os.listdir("/proc/self/fd")) == open_files
    finally:
        os.dup2(before, 1)
        os.close(before)


def test_the_process_is_detached_and_answers_on_its_standard_output(house: House) -> None:
    order = StartRequest(str(house.home), fsync=False, linger_seconds=0)
    layout.prepare(layout.of(house.home))
    command = [sys.executable, "-P", "-m", "neraca.store.embedded.supervisor", msgspec.json.encode(order).decode()]

    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        reply = msgspec.json.decode(process.stdout.readline(), type=StartReply)
        assert process.wait(20) == 0

    assert reply == StartReply("ready")
    assert embedded.stopped(house.home, within_seconds=20)
