"""How fast the log is read again: rows alone, and as typed envelopes, in events per second.

    .venv/bin/python tests/bench/bench_replay.py [--events N] [--rounds N] [--folder DIR]

Uses the server in NERACA_DATABASE_URL (a superuser's), else an embedded one under DIR. `per core` counts this process's
CPU time alone; the server sends from another. `decode` turns bytes that are in memory already into envelopes.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from urllib.parse import urlsplit, urlunsplit

import psycopg
from bench_append import Reported, encoded, own_server, placed
from psycopg.sql import SQL, Identifier

from neraca.store.ledger import Append, Ledger
from neraca.store.log import Log, decoded
from neraca.store.mapper import EventMapper, registry
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

READ = Callable[[], int]
"""Reads everything and says how much."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()

    with ExitStack() as cleanup:
        url = os.environ.get("NERACA_DATABASE_URL") or cleanup.enter_context(own_server(chosen.folder))
        name = f"neraca_bench_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(SQL("create database {}").format(Identifier(name)))
        cleanup.callback(drop, url, name)
        target = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        migrate(target, ["bandung"])
        with open_pool(target) as pool:
            mapper, log = EventMapper(registry([Reported])), Log(pool)
            fill(Ledger(pool), mapper, chosen.events)
            page = log.read("bandung")
            contestants: dict[str, READ] = {
                "rows": lambda: sum(1 for _ in log.replay("bandung")),
                "rows and envelopes": lambda: sum(1 for _ in decoded(mapper, log.replay("bandung"))),
                "decode": lambda: sum(1 for _ in range(10) for _ in decoded(mapper, iter(page))),
            }
            rounds = [{who: measured(read) for who, read in contestants.items()} for _ in range(chosen.rounds)]
    for who in contestants:
        walls, cores = zip(*(each[who] for each in rounds), strict=True)
        print(f"{who:20} {median(walls):10,.0f} events/s   {median(cores):10,.0f} per core   (most {max(cores):,})")


def fill(ledger: Ledger, mapper: EventMapper, events: int) -> None:
    for start in range(0, events, 5_000):
        ledger.append("bandung", Append(encoded(mapper, placed(min(5_000, events - start)))))


def measured(read: READ) -> tuple[int, int]:
    """Events per second by the wall clock, and by this process's CPU time."""
    wall, cpu = perf_counter(), process_time()
    count = read()
    return round(count / (perf_counter() - wall)), round(count / (process_time() - cpu))


def drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name)))


if __name__ == "__main__":
    main()
