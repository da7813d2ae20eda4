"""How long a tick takes over many running clocks: with nothing due, beside counting them.

    .venv/bin/python tests/bench/bench_tick.py [--clocks N]

The clocks are written into the read model as the fold would leave them, spread over periods, classes and the days of a
month, on an embedded server of its own with fsync off. The promise is
that a tick over 200,000 clocks of which none is due takes less than two seconds.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import LiteralString
from zoneinfo import available_timezones

import psycopg

from neraca.domain.registry import EVENTS
from neraca.policy.library import Library
from neraca.projecting.rebuild import ensure
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.service.observation import observe
from neraca.store import embedded
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import ALL

HERE = Path(__file__).parent.parent.parent
AGENCY = "surabaya"
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
COUNT: LiteralString = "select count(*) from read_clocks.clock where ended is null"


def library() -> Library:
    files = [file for folder in ("policies", "agencies") for file in (HERE / folder).rglob("*.yaml")]
    return Library.read({str(f.relative_to(HERE)): f.read_text("utf-8") for f in files}, available_timezones())[0]


def took(run: Callable[[], object]) -> timedelta:
    began = monotonic()
    run()
    return timedelta(seconds=monotonic() - began)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clocks", type=int, default=200_000)
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
            service = CommandHandler(Ledger(pool), Log(pool), EventMapper(EVENTS), known.agencies)
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


if __name__ == "__main__":
    main()
