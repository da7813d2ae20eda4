"""How fast scores follow the log, with every change and its cause, live and rebuilt, in events per second.

    .venv/bin/python tests/bench/bench_scores.py [--people N] [--batch B]

Lives a demo year of that many people through the commands first (that time is shown too), on an embedded server of its
own with fsync off, so that the fold and its writing are measured, not the disk.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, process_time
from typing import LiteralString
from zoneinfo import available_timezones

import psycopg
from psycopg import sql

from neraca.demo import simulation, staff
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.registry import EVENTS
from neraca.policy.library import Library
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure, rebuild
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.store import embedded
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import scores

HERE = Path(__file__).parent.parent.parent
EMPTY: LiteralString = "truncate {}"


def library() -> Library:
    files = [file for folder in ("policies", "agencies") for file in (HERE / folder).rglob("*.yaml")]
    return Library.read({str(f.relative_to(HERE)): f.read_text("utf-8") for f in files}, available_timezones())[0]


def fill(url: str, size: int) -> int:
    known = library()
    migrate(url, known.agencies)
    with open_pool(url, largest=16) as pool:
        log = Log(pool)
        service = CommandHandler(Ledger(pool), log, EventMapper(EVENTS), known.agencies)
        for agency in known.agencies.values():
            adopt(service, agency, known, datetime.now(UTC))
        counts = staff.shares(list(known.agencies.values()), size)
        years = [
            write(one, counts[one.agency.id], 1, 365, simulation.Size(size, 1).prefix(counts[one.agency.id]))
            for agency in known.agencies.values()
            if isinstance(one := part(agency, lambda adoption: known.get(adoption.id).policy), Part)
        ]
        simulation.live(service, years, lambda agency: None)
        return sum(log.positions().values())


def empty(url: str) -> None:
    with psycopg.connect(url) as connection:
        for table in scores.PROJECTION.tables:
            connection.execute(sql.SQL(EMPTY).format(sql.Identifier(scores.PROJECTION.schema, table.name)))
        connection.execute("update read.positions set position = 0 where projection = 'scores'")


def measured(name: str, events: int, run: Callable[[], object]) -> None:
    began, worked = monotonic(), process_time()
    run()
    took, work = timedelta(seconds=monotonic() - began), timedelta(seconds=process_time() - worked)
    rate = events * timedelta(seconds=1) // took
    print(f"{name:44} {rate:>9,} ev/s   {took}, of which {work} in this process", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=150)
    options.add_argument("--batch", type=int, default=1_000)
    given = options.parse_args()
    fast = Path("/dev/shm")
    parent = fast if os.access(fast, os.W_OK) else Path(tempfile.gettempdir())
    with (
        tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=parent) as folder,
        embedded.open(Path(folder) / "home", fsync=False, linger_seconds=0) as server,
    ):
        began = monotonic()
        events = fill(server.url, given.people)
        print(f"{events:,} events of a demo year, lived in {timedelta(seconds=monotonic() - began)}")
        ensure(server.url, [scores.PROJECTION])
        for _ in range(3):
            empty(server.url)
            follower = Follower(server.url, [scores.PROJECTION], EventMapper(EVENTS).decode, batch=given.batch)
            measured(f"follow live, batches of {given.batch:,}", events, follower.catch_up)
        for workers in (1, 2):
            for _ in range(2):
                report = rebuild(server.url, scores.PROJECTION, workers=workers)
                began_again = f"rebuild, compare, switch, {workers} process(es)"
                measured(began_again, events, lambda w=workers: rebuild(server.url, scores.PROJECTION, workers=w))
                if not report.equal:
                    raise SystemExit(f"the rebuilt rows differ: {report.differing}")


if __name__ == "__main__":
    main()
