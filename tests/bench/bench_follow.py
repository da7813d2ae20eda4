"""How fast the machine keeps read models: live following and rebuilding, in events per second.

    .venv/bin/python tests/bench/bench_follow.py [--events N] [--agencies A] [--workers W]

Uses the server in NERACA_DATABASE_URL (a superuser's), else an embedded one on fast storage with fsync off. `light`
keeps one row of counters per stream and looks at every event; the others are the platform's own.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic, process_time
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from msgspec import Struct
from psycopg import sql

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS, Event
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation
from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.projection import Entry, Projection, Table, Workspace
from neraca.projecting.rebuild import ensure, rebuild
from neraca.store import embedded
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import roster, timeline

START = datetime(2025, 1, 1, tzinfo=UTC)


class Count(Struct):
    agency: str
    stream: UUID
    version: int
    reports: int
    at: datetime


COUNTS = Table("counts", Count, key=("stream",))


def count(work: Workspace, entry: Entry) -> None:
    row = work.get(COUNTS, entry.stream) or Count(entry.agency, entry.stream, 0, 0, entry.at)
    row.version = entry.version
    row.reports += entry.tag == "appraisal.progress-reported"
    row.at = entry.at
    work.put(COUNTS, row)


def stream(entry: Entry) -> tuple[tuple[Table[Count], tuple[UUID]]]:
    return ((COUNTS, (entry.stream,)),)


LIGHT = Projection(
    name="light",
    ddl="""
create table counts (
  agency text not null,
  stream uuid not null,
  version int not null,
  reports int not null,
  at timestamptz not null,
  primary key (agency, stream)
);
""",
    tables=(COUNTS,),
    apply=count,
    keys=stream,
)
READ_MODELS = (LIGHT, roster.PROJECTION, timeline.PROJECTION)


def service(agency: str, number: int) -> Iterator[tuple[UUID, int, Event]]:
    """The roster events and one appraisal year of an employee: 24 events."""
    nip = f"{number:018}"
    person, year = streams.employee(agency, nip), streams.appraisal(agency, nip, "2025")
    unit = f"dinas-{number % 40}"
    yield (
        person,
        1,
        EmployeeRegistered(
            employee=nip,
            name=f"Pegawai {number}",
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis Kebijakan",
            position_class=PositionClass.FUNCTIONAL,
            since=date(2020, 1, 1),
            career_level="Ahli Muda",
        ),
    )
    yield person, 2, EmployeeAssigned(unit=unit, since=date(2020, 1, 1), supervisor=f"{number // 10:018}")
    target = appraisal.Target(id="t1", indicator="Laporan tepat waktu", unit="laporan", target=Decimal(12))
    for version, event in enumerate(
        [
            appraisal.Opened(
                employee=nip,
                period="2025",
                starts=date(2025, 1, 1),
                ends=date(2025, 12, 31),
                unit=unit,
                appraiser=f"{number // 10:018}",
            ),
            appraisal.PlanDrafted(
                results=[
                    appraisal.PlannedResult(id=f"r{n}", title="Layanan selesai", targets=[target]) for n in range(3)
                ]
            ),
            appraisal.PlanSubmitted(),
            appraisal.PlanApproved(),
            *(
                event
                for month in range(6)
                for event in (
                    appraisal.ProgressReported(
                        report=f"l{month}",
                        result="r1",
                        target="t1",
                        until=date(2025, month * 2 + 1, 28),
                        actual=Decimal(month * 2 + 1),
                        evidence=[appraisal.Evidence(title="Notulen", uri=f"https://bukti.example/{nip}/{month}")],
                    ),
                    appraisal.ReportAccepted(report=f"l{month}"),
                )
            ),
            *(
                appraisal.Rated(rater=f"{number + n:018}", relation=relation, scores={"layanan": Decimal(n + 2)})
                for n, relation in enumerate((Relation.SUPERVISOR, Relation.PEER, Relation.SUBORDINATE))
            ),
            appraisal.LevelJudged(result="r1", level="sesuai"),
            appraisal.Finalised(
                predicate="baik",
                on=date(2026, 1, 15),
                policy=PolicyRef(id="kota", version=1, hash="0" * 64, calc_hash="1" * 64),
                position=number * 24 + 21,
                facts_digest="2" * 64,
                engine="columns/1",
                score=Decimal("91.25"),
                nodes={"hasil": Decimal("92.5"), "perilaku": Decimal("88.33")},
            ),
            appraisal.DocumentReceived(on=date(2026, 1, 20)),
        ],
        1,
    ):
        yield year, version, event


def fill(url: str, agencies: list[str], events: int) -> int:
    mapper = EventMapper(EVENTS)
    people = events // len(agencies) // 22
    with open_pool(url) as pool:
        ledger = Ledger(pool)
        for agency in agencies:
            for first in range(0, people, 400):
                batch: list[StoredEvent] = []
                for number in range(first, min(first + 400, people)):
                    for stream, version, event in service(agency, number):
                        at = START + timedelta(minutes=number + version)
                        envelope = Envelope(at=at, by="199001012015011001", correlation=f"c{number}", body=event)
                        batch.append(StoredEvent(stream, version, *mapper.encode(envelope)))
                ledger.append(agency, Append(batch))
    with psycopg.connect(url) as connection:
        row = connection.execute("select sum(position)::bigint from ledger.heads").fetchone()
    assert row
    return row[0]


def measured(name: str, events: int, run: Callable[[], object]) -> None:
    began, worked = monotonic(), process_time()
    run()
    took, work = timedelta(seconds=monotonic() - began), timedelta(seconds=process_time() - worked)
    rate = events * timedelta(seconds=1) // took
    print(f"{name:40} {rate:>9,} ev/s   {took}, of which {work} in this process", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=300_000)
    options.add_argument("--agencies", type=int, default=2)
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    with ExitStack() as stack:
        server = os.environ.get("NERACA_DATABASE_URL")
        if not server:
            fast = Path("/dev/shm")
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=fast if fast.is_dir() else None)
            )
            server = stack.enter_context(embedded.open(Path(folder), fsync=False, linger_seconds=0)).url
        with psycopg.connect(server, autocommit=True) as connection:
            name = f"neraca_bench_{os.getpid()}"
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            try:
                run(urlunsplit(urlsplit(server)._replace(path=f"/{name}")), given)
            finally:
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def run(url: str, given: argparse.Namespace) -> None:
    agencies = [f"kota-{n}" for n in range(given.agencies)]
    migrate(url, agencies)
    ensure(url, READ_MODELS)
    began = monotonic()
    events = fill(url, agencies, given.events)
    print(f"{events:,} events in {given.agencies} agencies, appended in {timedelta(seconds=monotonic() - began)}")
    for projection in READ_MODELS:
        follower = Follower(url, [projection], decoder())
        measured(f"follow {projection.name}", events, follower.catch_up)
    for projection in READ_MODELS:
        measured(f"rebuild {projection.name}, with comparison", events, lambda p=projection: rebuild(url, p))
    for projection in READ_MODELS:
        measured(
            f"rebuild {projection.name}, {given.workers} processes",
            events,
            lambda p=projection: rebuild(url, p, workers=given.workers),
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update read.positions set position = 0, generation = generation + 1")
        connection.execute("truncate read_light.counts, read_roster.employees, read_roster.places")
        connection.execute("truncate read_timeline.events, read_timeline.appraisals")
    measured("follow all three", events, Follower(url, READ_MODELS, decoder()).catch_up)


if __name__ == "__main__":
    main()
