"""Real processes around one home, and the means to kill them."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from neraca.store import embedded
from neraca.store.embedded import locks


class Someone:
    """A process that has the home open, or is opening it."""

    def __init__(self, home: Path, environment: dict[str, str], linger_seconds: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("someone.py"), str(home), str(linger_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )

    def says(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def tell(self, command: str) -> None:
        assert self.process.stdin
        print(command, file=self.process.stdin, flush=True)

    def note(self, text: str) -> None:
        self.tell(f"note {text}")
        assert self.says() == "noted"

    def leave(self) -> None:
        assert self.process.stdin
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


class House:
    """One home, who is in it, and its server's processes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.guests = ExitStack()

    def someone(self, environment: dict[str, str] | None = None, linger_seconds: int = 0) -> Someone:
        """A process that has begun to open the home; it says "open" once it has."""
        guest = Someone(self.home, environment or {}, linger_seconds)
        self.guests.enter_context(guest.process)
        self.guests.callback(guest.kill)
        return guest

    def guest(self) -> Someone:
        guest = self.someone()
        assert guest.says() == "open"
        return guest

    def open(self) -> embedded.Server:
        server = embedded.open(self.home, linger_seconds=0)
        self.guests.callback(server.close)
        return server

    def notes(self) -> list[str]:
        with embedded.open(self.home, linger_seconds=0) as server, psycopg.connect(server.url) as connection:
            return [text for (text,) in connection.execute("select text from note order by text")]

    @property
    def data(self) -> Path:
        return self.home / "postgres" / "data"

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    @property
    def supervisor(self) -> int:
        return parent(self.postmaster)

    def lives(self, pid: int) -> bool:
        """Whether the process runs; one that has ended and is not reaped yet does not."""
        with suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return False

    def stopped(self) -> bool:
        return embedded.stopped(self.home, within_seconds=20)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="session")
def data(fast_folder: Path) -> Iterator[Path]:
    """The data folder of a server that has just been made and stopped: to be copied."""
    home = Path(mkdtemp(dir=fast_folder))
    with embedded.open(home, fsync=False, linger_seconds=0):
        pass
    assert embedded.stopped(home, within_seconds=20)
    yield home / "postgres" / "data"
    shutil.rmtree(home)


@pytest.fixture
def house(fast_folder: Path) -> Iterator[House]:
    home = Path(mkdtemp(dir=fast_folder))
    house = House(home)
    yield house
    house.guests.close()
    assert house.stopped()
    shutil.rmtree(home)


@pytest.fixture
def something_to_read() -> Iterator[None]:
    """Our standard input is a pipe meanwhile, whatever these tests were started with."""
    before, (read, write) = os.dup(0), os.pipe()
    os.dup2(read, 0)
    os.close(read)
    yield
    os.dup2(before, 0)
    for descriptor in (before, write):
        os.close(descriptor)


@pytest.fixture
def kill_everything() -> Callable[[House], None]:
    """Supervisor, postmaster and all its children, at once."""

    def kill(house: House) -> None:
        postmaster = house.postmaster
        supervisor = parent(postmaster)
        for pid in (supervisor, postmaster, *children(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    return kill


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something to become true."""

    def wait(true: Callable[[], bool]) -> None:
        deadline = locks.Deadline(20)
        while not true():
            assert not deadline.passed
            locks.pause(20)

    return wait
