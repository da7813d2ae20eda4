"""How long what the reports ask of the database takes over a city and its quarters.

    .venv/bin/python tests/bench/bench_aggregates.py                            # 5,000 people and a year: quick
    .venv/bin/python tests/bench/bench_aggregates.py --only reporting           # some areas
    .venv/bin/python tests/bench/bench_aggregates.py --people 20000 --years 3 --times 40   # what is promised

`aggregates/` has a module for each area: what it writes, and what is asked of it.

The rows are written by SQL from seeds, as the fold of `results` would leave them with everybody counted: a final
result of each person and quarter with sixteen indicators, in thirty units and five classes of posts, and of the last
year three planned results of each person with what they serve, three reports a quarter with their answers, seven
ratings by four people, surveys of thirty units with four service points each, candidacies, training plans that name
everybody, and of the last quarter an entry of nine days in ten; on an embedded server of its own with fsync off. Each
report is asked as the service asks it, in the application's role and with what Python makes of the rows; told are the
median and the 95th percentile of `--times` askings, by nearest rank (of less than 20 the longest), how long processors
worked for one (of the database and of Python, which on a busy machine says more), and the median as a multiple of
counting a period's results, which every machine does at its own pace. The promise is less than 300 ms on a machine at
rest for 20,000 people and three years.
"""

import argparse
import os
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import psycopg
from aggregates import cascades, citizens, development, judgement, raters, reporting, results
from aggregates import people as everybody
from aggregates.city import AGENCY, FIRST, City, Report

from neraca.projecting.rebuild import ensure
from neraca.store import embedded
from neraca.store.migrate import migrate
from neraca.store.pool import fetch, open_pool
from projections import ALL

# Each takes rows of `people`, and some of them those of an area before.
AREAS = {
    "results": results,
    "judgement": judgement,
    "reporting": reporting,
    "cascades": cascades,
    "citizens": citizens,
    "development": development,
    "raters": raters,
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=5_000)
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--times", type=int, default=5)
    asked.add_argument("--only", nargs="*", choices=AREAS, default=tuple(AREAS))
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=_fast()) as folder:
        with embedded.open(Path(folder), fsync=False, linger_seconds=0) as server:
            migrate(server.url, [AGENCY])
            ensure(server.url, ALL)
            _fill(server.url, options.only, options.people, options.years)
            with open_pool(server.url, largest=1) as pool, pool.connection() as connection:
                _measure(City(connection, FIRST + options.years - 1), options.only, options.times)
        embedded.stopped(Path(folder), within_seconds=30)


def _fast() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _fill(url: str, areas: list[str], people: int, years: int) -> None:
    last = FIRST + years - 1
    params = {"agency": AGENCY, "people": people, "years": years, "first": FIRST, "last": last}
    params["since"] = date(last, 1, 1)
    with psycopg.connect(url, autocommit=True) as connection:
        for fill in (*everybody.FILLS, *(fill for area in areas for fill in AREAS[area].FILLS)):
            connection.execute(fill, params)
        connection.execute("vacuum analyze")
        print(f"{people:,} people, {4 * years} quarters")


def _measure(city: City, areas: list[str], times: int) -> None:
    base, backend = 0.0, city.connection.info.backend_pid
    reports: dict[str, Report] = {"count of a period": lambda: _counted(city)}
    for area in areas:
        reports |= AREAS[area].reports(city)
    for name, ask in reports.items():
        ask()
        busy = _busy(backend)
        took = sorted(_ms(ask) for _ in range(times))
        worked = (_busy(backend) - busy) * 1_000 / times
        median, most = took[len(took) // 2], took[-(-95 * times // 100) - 1]
        base = base or median
        print(
            f"{name:28} p50 {median:7.1f}  p95 {most:7.1f}  worked {worked:6.1f} ms  {median / base:6.1f} times a count"
        )


def _counted(city: City) -> object:
    return fetch(
        city.connection,
        AGENCY,
        "select count(*) from read_results.result where agency = %s and period = %s",
        (AGENCY, city.period.label),
    )


def _busy(backend: int) -> float:
    """Seconds that the processors have worked for the database's process and for this one."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + process_time()


def _ms(ask: Report) -> float:
    began = perf_counter()
    ask()
    return (perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
