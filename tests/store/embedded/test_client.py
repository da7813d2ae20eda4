"""Opening a home: who waits for whom, and what a person is told when it does not succeed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from neraca.store import embedded
from neraca.store.embedded import client, layout, locks
from neraca.store.embedded.handshake import StartRequest

House = Any  # of conftest.py
NOW = locks.Deadline(0)


@pytest.fixture
def copied(house: House, data: Path) -> House:
    """The house with its data made already: its server starts in an instant."""
    place = layout.of(house.home)
    layout.prepare(place)
    subprocess.run(["cp", "-a", data, place.data], check=True)
    return house


def told(refusal: pytest.ExceptionInfo[embedded.ServerDidNotStart]) -> tuple[Path, str, str]:
    return refusal.value.place, refusal.value.cause, refusal.value.remedy


@pytest.mark.parametrize(("name", "shared"), [("users", False), ("opening", False), ("opening", True)])
def test_who_cannot_have_a_lock_in_time_is_told_which(house: House, name: str, shared: bool) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    held = locks.take(place.lock(name), shared=shared, until=NOW)

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home, patience_seconds=0)

    os.close(held)
    assert told(refusal) == (
        place.folder,
        f"another process keeps {name}.lock\n  (no log)",
        "wait for it, and try again",
    )
    assert not locks.is_held(place.lock("users"))
    left = locks.take_now(place.lock("users"))
    assert left is not None, "a refused opener is no user"
    os.close(left)


def test_a_lock_that_cannot_be_opened_is_told(house: House) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    place.lock("users").mkdir()

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home)

    place.lock("users").rmdir()
    assert told(refusal) == (
        place.folder,
        f"Is a directory ({place.lock('users')})\n  (no log)",
        "set NERACA_HOME to a folder this user may write in",
    )


def test_while_a_supervisor_is_at_work_it_is_waited_for_and_no_other_begun(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    place.log.write_text("recovering\n")
    held = locks.take(place.lock("supervisor"), until=NOW)
    monkeypatch.setattr(client.subprocess, "Popen", None)
    pauses, pause = list[int](), locks.pause
    monkeypatch.setattr(locks, "pause", lambda milliseconds: pauses.append(milliseconds) or pause(milliseconds))

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home, patience_seconds=1)

    os.close(held)
    assert pauses
    assert told(refusal) == (
        place.folder,
        "it does not answer yet\n  recovering",
        "wait if it recovers from a crash, and try again",
    )
    assert not locks.is_held(place.lock("opening"))


def test_supervisors_that_end_at_once_are_tried_three_times(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, sessions = tmp_path / "asked", tmp_path / "sessions"
    stand_in = tmp_path / "python"
    whose = f"echo $$ $(cut -d ' ' -f 5,6 /proc/$$/stat) >> {sessions}"  # its group and session
    stand_in.write_text(f'#!/bin/sh\n{{ for word; do echo "$word"; done; pwd; }} >> {asked}\n{whose}\necho gone >&2\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(client.sys, "executable", str(stand_in))
    open_files = os.listdir("/proc/self/fd")

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home, fsync=False, linger_seconds=7)

    assert os.listdir("/proc/self/fd") == open_files
    for line in sessions.read_text().splitlines():
        own, group, session = line.split()
        assert own == group == session, "Ctrl-C of who began it must not reach it"
    place = layout.of(house.home)
    assert told(refusal) == (
        place.folder,
        "its supervisor ends at once\n  gone\n  gone\n  gone",
        f"see {place.log}",
    )
    order = f'{{"home":"{house.home}","fsync":false,"linger_seconds":7}}'
    assert asked.read_text().splitlines() == ["-P", "-m", "neraca.store.embedded.supervisor", order, "/"] * 3


def test_what_a_supervisor_refuses_is_refused_in_its_words(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    reply = '{"outcome":"failed","place":"/there","cause":"no room","remedy":"make room"}'
    stand_in.write_text(f"#!/bin/sh\necho '{reply}'\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(client.sys, "executable", str(stand_in))

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home)

    assert told(refusal) == (Path("/there"), "no room", "make room")


def test_a_supervisor_that_says_nothing_is_waited_for_until_the_deadline(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/sh\nexec sleep 2\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(client.sys, "executable", str(stand_in))

    with pytest.raises(embedded.ServerDidNotStart, match="it does not answer yet"):
        embedded.open(house.home, patience_seconds=1)


@pytest.mark.parametrize(
    ("does", "seconds", "heard"),
    [
        ("echo one; echo two", 20, b"one\n"),
        ("echo one; exec sleep 5", 2, b"one\n"),
        ("sleep 0.1; echo one", 20, b"one\n"),
        ("sleep 1; echo late", 0, b""),
        ("exit 0", 20, b""),
    ],
)
def test_the_first_line_is_heard_unless_it_comes_too_late(does: str, seconds: int, heard: bytes) -> None:
    with subprocess.Popen(["sh", "-c", does], stdout=subprocess.PIPE) as process:
        assert client._first_line(process, locks.Deadline(seconds)) == heard
        process.kill()


def test_a_server_in_our_place_that_is_not_ours_does_not_count(copied: House) -> None:
    """It answers at the socket, but nobody holds the lock that says ours is ready."""
    with copied.open() as server:
        assert server._answers()
        assert server.url == layout.of(copied.home).url
        assert server.log == layout.of(copied.home).log
        place = layout.of(copied.home)
        place.lock("ready").rename(place.folder / "aside")
        assert not server._answers()
        (place.folder / "aside").rename(place.lock("ready"))
        assert server._answers()


def test_a_lock_without_a_server_that_answers_does_not_count(house: House) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    held = [locks.take(place.lock(name), until=NOW) for name in ("ready", "supervisor")]

    with pytest.raises(embedded.ServerDidNotStart, match="it does not answer yet"):
        embedded.open(house.home, patience_seconds=0)

    for descriptor in held:
        os.close(descriptor)


def test_leaving_twice_is_leaving_once(copied: House) -> None:
    first, second = copied.open(), copied.open()
    first.close()
    first.close()
    second.ensure()
    second.close()


def test_whether_it_runs_and_has_stopped_is_told(copied: House) -> None:
    assert not embedded.running(copied.home)
    assert not embedded.running(copied.home / "nowhere")
    with copied.open():
        assert embedded.running(copied.home)
        assert not embedded.stopped(copied.home, within_seconds=0)
    assert embedded.stopped(copied.home, within_seconds=20)
    assert not embedded.running(copied.home)


@pytest.mark.parametrize("name", ["supervisor", "server"])
def test_it_has_stopped_when_the_last_of_it_has_gone(house: House, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    held = locks.take(place.lock(name), until=NOW)
    assert not embedded.stopped(house.home, within_seconds=0)

    pauses: list[int] = []

    def pause(milliseconds: int) -> None:
        pauses.append(milliseconds)
        if len(pauses) == 3:
            os.close(held)

    monkeypatch.setattr(locks, "pause", pause)

    assert embedded.stopped(house.home, within_seconds=20)
    assert len(pauses) == 3


def test_a_long_log_is_put_aside_before_a_server_starts(copied: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LOG_KEPT", 100)
    log = layout.of(copied.home).log
    aside = log.with_name("server.log.1")
    log.write_text("x" * 100)
    with copied.open():
        assert log.read_text().startswith("x" * 100)
        assert not aside.exists()
    assert copied.stopped()
    written = log.read_text()

    with copied.open():
        assert aside.read_text() == written
        assert "starting PostgreSQL" in log.read_text()
        assert "x" not in log.read_text()[:20]


def test_unless_told_otherwise_it_is_kept_on_disk_and_lingers_three_seconds(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr(client, "Server", lambda *asked: opened.append(asked))

    embedded.open(house.home)
    embedded.open(house.home, fsync=False, linger_seconds=9, patience_seconds=8)

    where, home = layout.of(house.home), str(house.home)
    assert opened == [(where, StartRequest(home, True, 3), 120), (where, StartRequest(home, False, 9), 8)]


def test_elsewhere_than_on_linux_it_says_what_to_do(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.sys, "platform", "darwin")

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        embedded.open(house.home)

    assert told(refusal) == (house.home, "it runs on Linux only", "run Neraca in a container")
    assert not embedded.running(house.home)


def test_the_server_outlives_a_ctrl_c_of_who_began_it(copied: House) -> None:
    guest = copied.guest()

    assert os.getsid(copied.supervisor) != os.getsid(guest.process.pid)
    assert os.getpgid(copied.supervisor) != os.getpgid(guest.process.pid)


def test_nothing_in_the_working_folder_takes_the_place_of_a_module(
    copied: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('taken for a module')\n")
    monkeypatch.chdir(tmp_path)

    copied.open().close()


class Answering:
    """Stands in for the server of a home: it answers while its lock is held."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = layout.of(home)
        layout.prepare(self.place)
        self.ready = locks.take(self.place.lock("ready"), until=NOW)
        self.asked: list[bytes] = []
        self.status = client.Ping.OK
        monkeypatch.setattr(client, "PGconn", SimpleNamespace(ping=self.ping))

    def ping(self, url: bytes) -> client.Ping:
        self.asked.append(url)
        return self.status

    def free(self, name: str) -> bool:
        """Whether nobody holds that lock in any way."""
        taken = locks.take_now(self.place.lock(name))
        if taken is not None:
            os.close(taken)
        return taken is not None


@pytest.fixture
def answering(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    answering = Answering(house.home, monkeypatch)
    yield answering
    os.close(answering.ready)


def test_while_it_answers_nobody_who_opens_is_waited_for(house: House, answering: Answering) -> None:
    with embedded.open(house.home, patience_seconds=0) as server:
        opening = locks.take(answering.place.lock("opening"), until=NOW)
        server.ensure()
        answering.status = client.Ping.REJECT
        with pytest.raises(embedded.ServerDidNotStart, match=r"another process keeps opening\.lock"):
            server.ensure()
        os.close(opening)

    assert answering.asked == [answering.place.url.encode()] * 3


@pytest.mark.parametrize("status", [one for one in client.Ping if one != client.Ping.OK])
def test_only_a_server_that_takes_connections_answers(house: House, answering: Answering, status: client.Ping) -> None:
    supervisor = locks.take(answering.place.lock("supervisor"), until=NOW)
    answering.status = status

    with pytest.raises(embedded.ServerDidNotStart, match="it does not answer yet"):
        embedded.open(house.home, patience_seconds=0)

    os.close(supervisor)


def test_a_server_that_is_not_ours_does_not_answer_for_it(house: House, answering: Answering) -> None:
    """Something answers at the socket, but nobody holds the lock that says ours is ready."""
    answering.place.lock("ready").rename(answering.place.folder / "aside")
    supervisor = locks.take(answering.place.lock("supervisor"), until=NOW)

    with pytest.raises(embedded.ServerDidNotStart, match="it does not answer yet"):
        embedded.open(house.home, patience_seconds=0)

    os.close(supervisor)
    assert answering.asked == []


def test_any_number_use_it_and_each_is_gone_when_it_leaves(house: House, answering: Answering) -> None:
    open_files = os.listdir("/proc/self/fd")

    with embedded.open(house.home, patience_seconds=0) as one:
        with embedded.open(house.home, patience_seconds=0) as other:
            assert (one.url, one.log) == (other.url, other.log) == (answering.place.url, answering.place.log)
            assert answering.free("opening")
            assert not answering.free("users")
            assert not locks.is_held(answering.place.lock("users")), "each holds it beside the others"
            other.close()
            other.close()
        assert not answering.free("users")
    assert answering.free("users")
    assert os.listdir("/proc/self/fd") == open_files


def test_elsewhere_than_on_linux_it_never_runs(
    house: House, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert embedded.running(house.home)
    monkeypatch.setattr(client.sys, "platform", "darwin")
    assert not embedded.running(house.home)


def test_a_server_that_does_not_answer_any_more_is_waited_for_as_long_as_at_first(
    house: House, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0

    def pause(milliseconds: int) -> None:
        nonlocal now
        now += milliseconds * locks.MILLISECONDS

    monkeypatch.setattr(locks.time, "monotonic_ns", lambda: now)
    monkeypatch.setattr(locks, "pause", pause)
    supervisor = locks.take(answering.place.lock("supervisor"), until=NOW)

    with embedded.open(house.home, patience_seconds=7) as server:
        answering.status = client.Ping.NO_RESPONSE
        now = 100_000 * locks.MILLISECONDS
        with pytest.raises(embedded.ServerDidNotStart):
            server.ensure()
        assert now // 1_000_000_000 == 107
        answering.status = client.Ping.OK
        server.ensure()
    os.close(supervisor)


@pytest.mark.usefixtures("something_to_read")
@pytest.mark.parametrize(
    ("length", "put_aside"),
    [(None, False), (0, False), (1 << 20, False), (1 << 30, True), ("kept", False), ("kept and one", True)],
)
def test_a_log_that_is_long_is_put_aside_when_a_server_is_about_to_start(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int | str | None, put_aside: bool
) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    aside = place.log.with_name("server.log.1")
    aside.write_text("before")
    size = {"kept": client.LOG_KEPT, "kept and one": client.LOG_KEPT + 1}.get(str(length), length)
    if isinstance(size, int):
        with place.log.open("wb") as log:
            log.truncate(size)
    stand_in = tmp_path / "python"
    stand_in.write_text("#!/bin/sh\necho said >&2\nreadlink /proc/$$/fd/0 >&2\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(client.sys, "executable", str(stand_in))
    monkeypatch.setattr(client, "SPAWNS", 1)

    with pytest.raises(embedded.ServerDidNotStart):
        embedded.open(house.home)

    with place.log.open("rb") as log:
        log.seek(0 if put_aside or not isinstance(size, int) else size)
        assert log.read() == b"said\n/dev/null\n"
    assert (aside.stat().st_size == size) is put_aside


@pytest.mark.parametrize(("outcome", "tries"), [("other", 3), ("ready", 3), ("failed", 1)])
def test_only_a_supervisor_that_failed_is_not_followed_by_another(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: str, tries: int
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\necho \'{{"outcome":"{outcome}"}}\'; echo tried >> {tmp_path / "tried"}\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(client.sys, "executable", str(stand_in))

    with pytest.raises(embedded.ServerDidNotStart):
        embedded.open(house.home)

    assert (tmp_path / "tried").read_text() == "tried\n" * tries


def test_it_is_brought_back_when_it_went(copied: House, kill_everything: Callable[[House], None]) -> None:
    with copied.open() as server:
        before = copied.postmaster
        server.ensure()
        assert copied.postmaster == before

        kill_everything(copied)
        server.ensure()
        assert copied.postmaster != before


def test_a_socket_folder_that_was_taken_away_is_made_again(copied: House) -> None:
    copied.home = copied.home / ("long" * 25)
    place = layout.of(copied.home)
    with embedded.open(copied.home, linger_seconds=0) as server:
        os.kill(copied.supervisor, 15)
        assert copied.stopped()
        assert not place.socket.exists()
        server.ensure()
        assert place.socket.exists()
    assert copied.stopped()


def test_the_supervisor_runs_by_the_interpreter_that_runs_us(copied: House) -> None:
    with copied.open():
        command = Path("/proc", str(copied.supervisor), "cmdline").read_bytes().split(b"\0")
        assert command[0].decode() == sys.executable
        assert os.readlink(f"/proc/{copied.supervisor}/cwd") == "/"
        assert os.readlink(f"/proc/{copied.supervisor}/fd/0") == "/dev/null"
        assert os.readlink(f"/proc/{copied.supervisor}/fd/2") == str(layout.of(copied.home).log)
