"""How long a tick takes over many running clocks: with nothing due, beside counting them; and with many due, beside
storing as many events of the same kind by themselves.

    .venv/bin/python tests/bench/bench_tick.py [--clocks N] [--due N ...]

The clocks are written into the read model as the fold would leave them, spread over periods, classes and the days of a
month, on an embedded server of its own with fsync off; those that are due belong to appraisals whose opening is in the
log. The promise is that a tick over 200,000 clocks of which none is due takes less than two seconds. What is due is
decided appraisal by appraisal and costs by the event.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import LiteralString
from uuid import UUID, uuid4
from zoneinfo import available_timezones

import psycopg
from eventsourcing.persistence import StoredEvent

from neraca.domain import streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import DeadlinePassed, Opened
from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS, Event
from neraca.domain.vocabulary import DeadlineKind, PositionClass
from neraca.policy.library import Library
from neraca.projecting.rebuild import ensure
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.service.observation import CLOCK, Observed, observe
from neraca.store import embedded
from neraca.store.ledger import Append, Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import ALL

HERE = Path(__file__).parent.parent.parent
AGENCY = "surabaya"
TOGETHER = 64
MICRO = timedelta(microseconds=1)
NOW = datetime(2025, 6, 2, 1, tzinfo=UTC)
FILL: LiteralString = """
insert into read_clocks.clock
select
  %(agency)s, gen_random_uuid(),
  case n %% 3 when 0 then 'EVALUATION' when 1 then 'EVALUATION_BY_SUPERIOR' else 'DELIVERY' end,
  n, null, 'p' || n / 3, '2025-Q' || 2 + n %% 3, date '2025-04-01', date '2025-06-30',
  (array['FUNCTIONAL', 'OPERATIONAL', 'ADMINISTRATOR', null])[1 + n %% 4], 'boss' || n / 30, 'head' || n / 300,
  case n %% 3 when 2 then date '2025-06-01' + n %% 30 else date '2025-06-30' end,
  case n %% 3 when 2 then 'signing' else 'period' end,
  false, false, null, false, null, null, null, null
from generate_series(1, %(clocks)s) n
"""
FILL_DUE: LiteralString = """
insert into read_clocks.clock
select
  %(agency)s, d.stream, 'EVALUATION', 0, null, d.employee, '2025-Q1', date '2025-01-01', date '2025-03-31',
  'FUNCTIONAL', 'boss', 'head', date '2025-03-31', 'period', false, false, null, false, null, null, null, null
from unnest(%(streams)s::uuid[], %(people)s::text[]) d (stream, employee)
"""
TAKEN_IN: LiteralString = """
update read_clocks.clock c
set passed = (
  select (convert_from(e.data, 'UTF8')::jsonb -> 'body' ->> 'last')::date
  from ledger.events e
  where e.agency = c.agency
    and e.stream = c.stream
    and e.type = 'appraisal.deadline-passed'
    and convert_from(e.data, 'UTF8')::jsonb -> 'body' ->> 'kind' = c.kind
)
where c.period = '2025-Q1'
"""
COUNT: LiteralString = "select count(*) from read_clocks.clock where ended is null"


def library() -> Library:
    files = [file for folder in ("policies", "agencies") for file in (HERE / folder).rglob("*.yaml")]
    return Library.read({str(f.relative_to(HERE)): f.read_text("utf-8") for f in files}, available_timezones())[0]


def took(run: Callable[[], object]) -> timedelta:
    began = monotonic()
    run()
    return timedelta(seconds=monotonic() - began)


def people(due: int) -> list[str]:
    return [f"d{due}-{number}" for number in range(due)]


def appended(ledger: Ledger, mapper: EventMapper, events: Iterable[tuple[UUID, Event]], each: int = 1) -> None:
    """As a tick stores what it tells: 64 streams at once, so many events in each."""
    rest = iter(events)
    while several := list(islice(rest, TOGETHER)):
        told = [Envelope(at=NOW, by=CLOCK, correlation="bench", body=event) for _, event in several]
        stored = [
            Append([StoredEvent(stream, number, *mapper.encode(envelope)) for number in range(1, each + 1)])
            for (stream, _), envelope in zip(several, told, strict=True)
        ]
        outcomes = ledger.append_together(AGENCY, stored)
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes


def with_many_due(url: str, service: CommandHandler, ledger: Ledger, agency: Agency, due: int) -> None:
    mapper, streams_of = EventMapper(EVENTS), {nip: streams.appraisal(AGENCY, nip, "2025-Q1") for nip in people(due)}
    appended(ledger, mapper, ((stream, opening(nip)) for nip, stream in streams_of.items()))
    with psycopg.connect(url, autocommit=True) as connection:
        asked = {"agency": AGENCY, "streams": [*streams_of.values()], "people": [*streams_of]}
        connection.execute(FILL_DUE, asked)
        connection.execute("analyze read_clocks.clock")
        told: list[Observed] = []
        time = took(lambda: told.append(observe(service, url, agency, NOW)))
        events = told[0].opened + told[0].reminded + told[0].passed
        each, left = divmod(events, due)
        assert (each > 0, left) == (True, 0), told
        passed = DeadlinePassed(DeadlineKind.EVALUATION, "pejabat_penilai", date(2025, 3, 31), date(2025, 4, 25))
        plain = took(lambda: appended(ledger, mapper, ((uuid4(), passed) for _ in range(due)), each))
        print(f"{due:,} due: {'a tick':28} {time}   {events:,} events, {time / events / MICRO:.0f} us each")
        print(f"{due:,} due: {'storing as many, no more':28} {plain}   {plain / events / MICRO:.0f} us each")
        connection.execute(TAKEN_IN)
        again = took(lambda: told.append(observe(service, url, agency, NOW)))
        assert told[1].passed == 0, told
        print(f"{due:,} due: {'the next, told of all':28} {again}", flush=True)


def opening(nip: str) -> Opened:
    first, last = date(2025, 1, 1), date(2025, 3, 31)
    return Opened(nip, "2025-Q1", first, last, "dinkes", "boss", "head", PositionClass.FUNCTIONAL, first)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clocks", type=int, default=200_000)
    options.add_argument("--due", type=int, nargs="*", default=[20_000])
    given = options.parse_args()
    fast = Path("/dev/shm")
    parent = fast if os.access(fast, os.W_OK) else Path(tempfile.gettempdir())
    known = library()
    with (
        tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=parent) as folder,
        embedded.open(Path(folder) / "home", fsync=False, linger_seconds=0) as server,
    ):
        migrate(server.url, known.agencies)
        with open_pool(server.url, largest=8) as pool:
            ledger = Ledger(pool)
            service = CommandHandler(ledger, Log(pool), EventMapper(EVENTS), known.agencies)
            adopt(service, known.agencies[AGENCY], known, NOW)
            ensure(server.url, ALL)
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(FILL, {"agency": AGENCY, "clocks": given.clocks})
                connection.execute("analyze read_clocks.clock")
                counted = min(took(lambda: connection.execute(COUNT).fetchall()) for _ in range(5))
            print(f"{given.clocks:,} clocks; counting them takes {counted}")
            for name in ("the first tick, policies to be compiled", "a tick", "a tick", "a tick"):
                time = took(lambda: observe(service, server.url, known.agencies[AGENCY], NOW))
                print(f"{name:44} {time}   {time / counted:.1f} times the counting", flush=True)
            for due in given.due:
                with_many_due(server.url, service, ledger, known.agencies[AGENCY], due)


if __name__ == "__main__":
    main()
