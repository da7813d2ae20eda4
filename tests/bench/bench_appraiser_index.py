"""How long it takes to learn whom an appraiser appraises (service/appraiser_index.py), which a process reads from the
log once per agency and year: the first question, the next, and the next after something was appended.

    .venv/bin/python tests/bench/bench_appraiser_index.py [--people N] [--others N]

The log has the openings of four quarters of as many people, and other events between them, such as reports: they are
read past, not read. On an embedded server of its own with fsync off.
"""

import argparse
import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic, process_time
from typing import LiteralString

import psycopg
from bench_tick import AGENCY, library

from neraca.domain import streams
from neraca.domain.appraisal.events import Opened
from neraca.domain.envelope import Envelope
from neraca.domain.period import parse
from neraca.domain.registry import EVENTS
from neraca.domain.vocabulary import PositionClass
from neraca.service.appraiser_index import AppraiserIndex
from neraca.service.event_reader import EventReader
from neraca.store import embedded
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

NOW = datetime(2025, 6, 2, 1, tzinfo=UTC)
OF_EACH = 10
"""People of an appraiser."""

OTHERS: LiteralString = """
insert into ledger.events (agency, position, stream, version, type, data, recorded_at)
select %s, %s + n, gen_random_uuid(), 1, 'appraisal.activity-reported', convert_to(repeat('x', 400), 'UTF8'), now()
from generate_series(1, %s) n
"""
OPENED: LiteralString = """
insert into ledger.events (agency, position, stream, version, type, data, recorded_at)
values (%s, %s, %s, 1, %s, %s, %s)
"""
HEAD: LiteralString = "update ledger.heads set position = %s where agency = %s"


def opening(number: int, label: str) -> Opened:
    months = parse(label)
    boss, head = f"boss{number // OF_EACH}", f"head{number // 100}"
    functional = PositionClass.FUNCTIONAL
    return Opened(f"p{number}", label, months.starts, months.ends, "dinkes", boss, head, functional, date(2025, 1, 1))


def fill(connection: psycopg.Connection, people: int, others: int) -> int:
    mapper, position = EventMapper(EVENTS), 0
    for label in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        rows: list[tuple[object, ...]] = []
        for number in range(people):
            position += 1
            event = opening(number, label)
            tag, data = mapper.encode(Envelope(at=NOW, by="hr", correlation="bench", body=event))
            rows.append((AGENCY, position, streams.appraisal(AGENCY, event.employee, label), tag, data, NOW))
        connection.cursor().executemany(OPENED, rows)
        connection.execute(OTHERS, (AGENCY, position, others // 4))
        position += others // 4
    connection.execute(HEAD, (position, AGENCY))
    connection.execute("analyze ledger.events")
    return position


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--others", type=int, default=200_000)
    given = options.parse_args()
    fast = Path("/dev/shm")
    parent = fast if os.access(fast, os.W_OK) else Path(tempfile.gettempdir())
    with (
        tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=parent) as folder,
        embedded.open(Path(folder) / "home", fsync=False, linger_seconds=0) as server,
    ):
        migrate(server.url, library().agencies)
        with psycopg.connect(server.url, autocommit=True) as connection:
            events = fill(connection, given.people, given.others)
        with open_pool(server.url, largest=2) as pool:
            index = AppraiserIndex(EventReader(Log(pool), EventMapper(EVENTS)))
            print(f"{given.people:,} people, {4 * given.people:,} openings among {events:,} events")
            for name in ("the first question of a process", "the next", "the next"):
                began, worked = monotonic(), process_time()
                held = index.of(AGENCY, "boss7", "2025-Q3")
                assert len(held) == min(OF_EACH, given.people - 70), held
                took, computed = timedelta(seconds=monotonic() - began), timedelta(seconds=process_time() - worked)
                print(f"{name:36} {took}   of which computing here {computed}", flush=True)


if __name__ == "__main__":
    main()
