"""A real PostgreSQL for every test that wants one.

`database` is a fresh, migrated database for one test; `file_database` is one for a whole test file, to be used in
transactions that are rolled back. Both are URLs, and both are cheap copies of one template. `server_url` is the server
itself: the one in NERACA_DATABASE_URL, whose user must be a superuser, else the embedded one on fast storage.
"""

import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from neraca.store import embedded
from neraca.store.migrate import migrate

FAST = Path("/dev/shm")
FOLDER = re.compile(r"neraca-tests-(\d+)-.*")


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is one, gone after the session; those of killed sessions go too."""
    parent = FAST if os.access(FAST, os.W_OK) else Path(tempfile.gettempdir())
    for left in parent.iterdir():
        if (named := FOLDER.fullmatch(left.name)) and not Path("/proc", named[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"neraca-tests-{os.getpid()}-", dir=parent) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def server_url(fast_folder: Path) -> Iterator[str]:
    """A superuser's URL of a running server."""
    if given := os.environ.get("NERACA_DATABASE_URL"):
        yield given
        return
    home = fast_folder / "session"
    with embedded.open(home, fsync=False, linger_seconds=0) as server:
        yield server.url
    assert embedded.stopped(home, within_seconds=30)


@pytest.fixture(scope="session")
def new_database(server_url: str) -> Iterator[Callable[[], str]]:
    """Makes one more migrated database and says its URL. What was made on a server not ours goes after the session."""
    prefix = f"neraca_test_{os.getpid()}"
    numbers = itertools.count(1)
    made: list[str] = []

    def create(name: str, clause: sql.SQL | sql.Composed) -> str:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {} {}").format(sql.Identifier(name), clause))
        made.append(name)
        return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))

    migrate(create(prefix, sql.SQL("template template0 encoding 'UTF8'")))
    copy = sql.SQL("template {} strategy file_copy").format(sql.Identifier(prefix))

    yield lambda: create(f"{prefix}_{next(numbers)}", copy)

    if os.environ.get("NERACA_DATABASE_URL"):
        with psycopg.connect(server_url, autocommit=True) as connection:
            for name in made:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture(scope="module")
def file_database(new_database: Callable[[], str]) -> str:
    return new_database()
