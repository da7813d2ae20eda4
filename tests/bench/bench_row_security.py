"""What row security costs: the same statements as the application's role, and as one that it does not hold.

    .venv/bin/python tests/bench/bench_row_security.py [--events N] [--rounds N] [--folder DIR]

Uses the server in NERACA_DATABASE_URL (a superuser's), else an embedded one under DIR. Both name the agency in their
statement, as every statement of ours does; the rounds of the two take turns. Counted is the processor time of the
server's process, in milliseconds a statement; so other work on the machine says little.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from bench_append import Reported, encoded, own_server, placed
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper, registry
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

AGENCIES = ("bandung", "samarinda", "semarang", "surabaya", "surakarta")
ASKED: dict[str, tuple[LiteralString, int]] = {
    "one row by its key": ("select data from ledger.events where agency = 'bandung' and position = 77", 4_000),
    "page of 500": (
        "select data from ledger.events where agency = 'bandung' and position > 100 order by position limit 500",
        400,
    ),
    "count of an agency": ("select count(*) from ledger.events where agency = 'bandung'", 40),
}
"""A statement, and how often it is asked in a round."""

_TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000, help="of each agency")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()

    with ExitStack() as cleanup:
        url = os.environ.get("NERACA_DATABASE_URL") or cleanup.enter_context(own_server(chosen.folder))
        name = f"neraca_bench_{os.getpid()}"
        admin = cleanup.enter_context(psycopg.connect(url, autocommit=True))
        admin.execute(SQL("create database {}").format(Identifier(name)))
        cleanup.callback(admin.execute, SQL("drop database {} with (force)").format(Identifier(name)))
        target = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        migrate(target, AGENCIES)
        with open_pool(target) as pool:
            for agency in AGENCIES:
                fill(Ledger(pool), agency, chosen.events)
        held, free = (cleanup.enter_context(psycopg.connect(target, autocommit=True)) for _ in range(2))
        free.execute("analyze")
        held.execute("set role neraca_app")
        held.execute("set neraca.agency = 'bandung'")
        for what, (statement, times) in ASKED.items():
            rounds = [[worked(one, statement, times) for one in (held, free)] for _ in range(chosen.rounds)]
            with_it, without = (median(one) for one in zip(*rounds, strict=True))
            print(f"{what:20} {with_it:8.3f} ms with row security {without:8.3f} without {with_it / without:6.2f}x")


def fill(ledger: Ledger, agency: str, events: int) -> None:
    mapper = EventMapper(registry([Reported]))
    for start in range(0, events, 5_000):
        ledger.append(agency, Append(encoded(mapper, placed(min(5_000, events - start)))))


def worked(connection: Connection, statement: LiteralString, times: int) -> float:
    """Milliseconds of the server's processor for one."""
    before = _used(connection)
    for _ in range(times):
        connection.execute(statement, prepare=True).fetchall()
    return (_used(connection) - before) / times * 1000


def _used(connection: Connection) -> float:
    told = Path("/proc", str(connection.info.backend_pid), "stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICK


if __name__ == "__main__":
    main()
