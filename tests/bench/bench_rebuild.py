"""How fast read models are made again from the log of a demo year, and how fast they follow it.

    .venv/bin/python tests/bench/bench_rebuild.py [--people N] [--times N] [--folder DIR] [--kept DIR]

Lives the year with the `neraca` beside this interpreter, on a database of its own under DIR, and then asks the command
line only, so that any build can be measured. `--kept` keeps the year for the next run of the same build. Prints `name
value unit`, a line each, of the medians of `--times` runs:

    rebuild-scores   `neraca rebuild scores` as a whole: start, fold, comparison, indexes and switch
    rebuild-all      `neraca rebuild`
    follow           `neraca follow`, of all read models, from the first batch to the last
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import psycopg
from psycopg import sql

from neraca.store import embedded

PYTHON = Path(sys.executable)
TREE = PYTHON.parents[2]


def neraca(home: Path, *words: str) -> bytes:
    return subprocess.run(
        [PYTHON.parent / "neraca", *words], env=surroundings(home), check=True, capture_output=True
    ).stdout


def surroundings(home: Path) -> dict[str, str]:
    env = {**os.environ, "NERACA_HOME": str(home), "NERACA_ROOT": str(TREE), "NERACA_LOG": "warning"}
    env.pop("NERACA_DATABASE_URL", None)
    return env


@contextmanager
def a_year(folder: Path, kept: Path | None, people: int) -> Iterator[Path]:
    """A home in which so many people lived the demo year."""
    home = folder / "home"
    store = None if kept is None else kept / f"year-{people}-{sha256(str(TREE).encode()).hexdigest()[:12]}"
    if store is not None and store.exists():
        copied(store, home)
    else:
        home.mkdir(mode=0o755)
        neraca(home, "demo", "--once", "--people", str(people))
        if store is not None:
            stopped(home)
            copied(home, store)
    try:
        yield home
    finally:
        stopped(home)


def copied(home: Path, place: Path) -> None:
    """With the owners of its files: where root measures, the server is another user."""
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", home, place], check=True)


def stopped(home: Path) -> None:
    """Waits until the server of the last command has gone, which it does by itself."""
    while any(home.rglob("postmaster.pid")):
        sleep(0.1)


def took(work: Callable[[], object]) -> float:
    began = monotonic()
    work()
    return monotonic() - began


def emptied(connection: psycopg.Connection) -> None:
    """As if nothing had been followed yet."""
    tables = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname like 'read\\_%'"
    ).fetchall()
    for schema, table in tables:
        connection.execute(sql.SQL("truncate {}").format(sql.Identifier(schema, table)))
    connection.execute("update read.positions set position = 0, generation = generation + 1")


def followed(connection: psycopg.Connection, home: Path) -> float:
    """Events a second of all read models together, over how many there are of them."""
    emptied(connection)
    read_models = connection.execute("select count(distinct projection) from read.positions").fetchone()
    behind = "select sum(h.position - p.position) from ledger.positions() h join read.positions p using (agency)"
    process = subprocess.Popen([PYTHON.parent / "neraca", "follow"], env=surroundings(home))
    try:
        whole = first = left(connection, behind)
        while first == whole:
            sleep(0.005)
            first = left(connection, behind)
        began = monotonic()
        while left(connection, behind):
            if process.poll() is not None:
                raise SystemExit("neraca follow ended by itself")
            sleep(0.005)
        took_all = monotonic() - began
    finally:
        process.terminate()  # who runs in the background may be deaf to SIGINT, and so are its children
        process.wait()
    assert read_models is not None
    return first / read_models[0] / took_all


def left(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode(), prepare=True).fetchone()
    assert row is not None
    return int(row[0])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=250)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--folder", type=Path, default=None)
    options.add_argument("--kept", type=Path, default=None)
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=given.folder) as folder,
        a_year(Path(folder), given.kept, given.people) as home,
        embedded.open(home) as server,
        psycopg.connect(server.url, autocommit=True) as connection,
    ):
        for name, words in (("rebuild-scores", ["scores"]), ("rebuild-all", [])):
            told = json.loads(neraca(home, "rebuild", "--json", *words))
            if not all(each["equal"] for each in told):
                raise SystemExit(f"the rebuilt rows differ: {told}")
            seconds = median(took(lambda w=words: neraca(home, "rebuild", "--json", *w)) for _ in range(given.times))
            print(f"{name} {told[0]['events'] / seconds:.0f} events/s", flush=True)
        print(f"follow {median(followed(connection, home) for _ in range(given.times)):.0f} events/s", flush=True)


if __name__ == "__main__":
    main()
