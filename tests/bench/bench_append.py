"""How fast events are stored: ours, the library's own recorder and a bare INSERT, in turns in one run, fsync on.

    .venv/bin/python tests/bench/bench_append.py [--rounds N] [--seconds S] [--folder DIR]

Uses the server in NERACA_DATABASE_URL (a superuser's), else an embedded one under DIR, which should be a real disk.
Every save is new streams, five events in each. Ours keeps an idempotency key with every save and numbers without gaps;
the library's locks the table; the bare INSERT does neither and is there to show what the disk allows. `+ events` starts
from event objects and includes turning them into bytes: the library's frozen dataclasses and JSON, our structs.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from threading import Barrier, Thread
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    EventStore,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    UUIDAsHex,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from neraca.domain.envelope import Envelope
from neraca.store import embedded
from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.mapper import EventMapper, registry
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

AT, DAY = datetime(2026, 1, 31, 8, 15, tzinfo=UTC), date(2026, 1, 31)
TEXT = "Laporan bulanan pelayanan perizinan, lengkap dengan bukti dukung dan umpan balik berkelanjutan. " * 3
PER_STREAM = 5
SAVE = Callable[[int], None]
"""Stores so many events in one commit."""


class Reported(Struct, frozen=True, tag="bench.reported"):
    target: str
    value: Decimal
    day: date
    note: str


Placed = tuple[UUID, int, Envelope[Reported]]
"""An event at its place in a stream."""


@dataclass(frozen=True)
class LibraryReported:
    originator_id: UUID
    originator_version: int
    at: datetime
    by: str
    correlation: UUID
    target: str
    value: Decimal
    day: str
    note: str


def places(count: int) -> Iterator[tuple[UUID, int]]:
    stream = uuid4()
    for n in range(count):
        if n % PER_STREAM == 0:
            stream = uuid4()
        yield stream, n % PER_STREAM + 1


def placed(count: int) -> list[Placed]:
    by, correlation = "198501012010011001", str(uuid4())
    return [
        (
            stream,
            version,
            Envelope(at=AT, by=by, correlation=correlation, body=Reported("t1", Decimal("87.50"), DAY, TEXT)),
        )
        for stream, version in places(count)
    ]


def encoded(mapper: EventMapper, events: Iterable[Placed]) -> list[StoredEvent]:
    return [StoredEvent(stream, version, *mapper.encode(envelope)) for stream, version, envelope in events]


DATA = encoded(EventMapper(registry([Reported])), placed(1))[0].state


def stored(count: int) -> list[StoredEvent]:
    return [StoredEvent(stream, version, "bench.reported", DATA) for stream, version in places(count)]


def ours(url: str, cleanup: ExitStack) -> tuple[SAVE, SAVE]:
    migrate(url, ["bandung"])
    pool = cleanup.enter_context(open_pool(url, smallest=2, largest=8))
    ledger, mapper = Ledger(pool), EventMapper(registry([Reported]))

    def asked() -> Idempotency:
        return Idempotency(str(uuid4()), bytes(32))

    def save(count: int) -> None:
        ledger.append("bandung", Append(stored(count), asked()))

    def save_events(count: int) -> None:
        ledger.append("bandung", Append(encoded(mapper, placed(count)), asked()))

    return save, save_events


def library(url: str, cleanup: ExitStack) -> tuple[SAVE, SAVE]:
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    datastore = PostgresDatastore(
        given["dbname"],
        given.get("host", ""),
        given.get("port", "5432"),
        given.get("user", ""),
        given.get("password", ""),
        pool_size=5,
        max_overflow=11,
    )
    cleanup.callback(datastore.close)
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
    recorder.create_table()
    transcoder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
        transcoder.register(transcoding)
    store: EventStore[UUID] = EventStore(Mapper(transcoder), recorder)

    def save(count: int) -> None:
        recorder.insert_events(stored(count))

    def save_events(count: int) -> None:
        by, correlation = "198501012010011001", uuid4()
        store.put(
            [
                LibraryReported(stream, version, AT, by, correlation, "t1", Decimal("87.50"), DAY.isoformat(), TEXT)
                for stream, version in places(count)
            ]
        )

    return save, save_events


def bare(url: str, cleanup: ExitStack) -> SAVE:
    with psycopg.connect(url) as connection:
        connection.execute(
            "create table bare (position bigserial primary key, stream uuid not null, version int not null,"
            " type text not null, data bytea not null, unique (stream, version))"
        )
    kwargs = {"autocommit": True}
    pool = ConnectionPool[psycopg.Connection](url, kwargs=kwargs, min_size=2, max_size=16, open=True)
    cleanup.enter_context(pool)
    insert = (
        "insert into bare (stream, version, type, data)"
        " select * from unnest(%b::uuid[], %b::int[], %b::text[], %b::bytea[])"
    )

    def save(count: int) -> None:
        events = stored(count)
        columns: Sequence[list[Any]] = (
            [event.originator_id for event in events],
            [event.originator_version for event in events],
            [event.topic for event in events],
            [event.state for event in events],
        )
        with pool.connection() as connection:
            connection.execute(insert, columns, prepare=True)

    return save


def rate(save: SAVE, per_commit: int, clients: int, seconds: int) -> int:
    """Events per second."""
    counts = [0] * clients
    together = Barrier(clients + 1)

    def run(client: int) -> None:
        save(per_commit)
        together.wait()
        until = perf_counter() + seconds
        while perf_counter() < until:
            save(per_commit)
            counts[client] += per_commit

    threads = [Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    together.wait()
    start = perf_counter()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (perf_counter() - start))


WORKLOADS = {
    "1 per commit, 1 client": (1, 1),
    "100 per commit, 1 client": (100, 1),
    "1 per commit, 16 clients": (1, 16),
}


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=folder) as home:
        Path(home).chmod(0o755)
        with embedded.open(Path(home, "home"), linger_seconds=0) as server:
            yield server.url
        embedded.stopped(Path(home, "home"), within_seconds=30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    chosen = parser.parse_args()

    with ExitStack() as cleanup:
        url = os.environ.get("NERACA_DATABASE_URL") or cleanup.enter_context(own_server(chosen.folder))
        name = f"neraca_bench_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(SQL("create database {}").format(Identifier(name)))
            fsync = admin.execute("select version(), current_setting('fsync'), current_setting('synchronous_commit')")
            print(*(fsync.fetchone() or ()), sep="  ")
        cleanup.callback(drop, url, name)
        target = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

        with ExitStack() as connections:
            save_ours, save_our_events = ours(target, connections)
            save_library, save_library_events = library(target, connections)
            contestants = {
                "ours": save_ours,
                "library": save_library,
                "bare": bare(target, connections),
                "ours + events": save_our_events,
                "library + events": save_library_events,
            }
            for workload, (per_commit, clients) in WORKLOADS.items():
                rounds = [
                    {who: rate(save, per_commit, clients, chosen.seconds) for who, save in contestants.items()}
                    for _ in range(chosen.rounds)
                ]
                report(workload, rounds)


def report(workload: str, rounds: list[dict[str, int]]) -> None:
    print(f"\n{workload}: events/s, median of {len(rounds)} rounds (least - most)")
    for who in rounds[0]:
        rates = sorted(each[who] for each in rounds)
        print(f"  {who:18} {median(rates):9,.0f}  ({rates[0]:,} - {rates[-1]:,})")
    for a, b in (("ours", "library"), ("ours + events", "library + events"), ("ours", "bare")):
        ratios = sorted(Decimal(each[a]) / each[b] for each in rounds)
        print(f"  {a} / {b}: {median(ratios):.2f}  ({ratios[0]:.2f} - {ratios[-1]:.2f})")


def drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(SQL("drop database {} with (force)").format(Identifier(name)))


if __name__ == "__main__":
    main()
