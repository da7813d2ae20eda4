"""How long what the reports ask of the database takes over a city of 20,000 people and three years of quarters.

    .venv/bin/python tests/bench/bench_aggregates.py [--people N] [--years N] [--times N]

The rows are written by SQL from seeds, as the fold of `results` would leave them with everybody counted: a final result
of each person and quarter with sixteen indicators, in thirty units and five classes of posts, on an embedded server of
its own with fsync off. Each report is asked as the service asks it, in the application's role and with what Python
makes of the rows; told are the median and the 95th percentile of `--times` askings, how long processors worked for one
(of the database and of Python, which on a busy machine says more), and the median as a multiple of counting a period's
results, which every machine does at its own pace. The promise is less than 300 ms on a machine at rest.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, LiteralString

import psycopg

from neraca.projecting.rebuild import ensure
from neraca.service import before_after, group_spread, ranks, trend
from neraca.service.participation import STATEMENT
from neraca.service.statements import statement
from neraca.store import embedded
from neraca.store.migrate import migrate
from neraca.store.pool import fetch, open_pool
from projections import ALL

AGENCY, FIRST = "surabaya", 2023
RESULTS: LiteralString = """
insert into read_results.result
select
  %(agency)s, gen_random_uuid(), 'p' || n, p.label, p.starts, (p.starts + interval '3 months')::date - 1,
  'unit' || n %% 30,
  (array['FUNCTIONAL', 'OPERATIONAL', 'ADMINISTRATOR', 'SUPERVISOR', 'SENIOR_EXECUTIVE'])[1 + n %% 5],
  'city@' || p.year - %(first)s + 1, 'h' || p.year, false,
  (array['baik', 'sangat_baik', 'butuh_perbaikan'])[1 + n %% 3],
  (7000 + (n::bigint * 7919 + p.year * 31) %% 5001) * 10000,
  (
    select jsonb_object_agg('indicator' || k, (6000 + (n::bigint * (7919 + k) + p.year * k) %% 6001) * 10000)
    from generate_series(1, 16) k
  ),
  n
from generate_series(1, %(people)s) n
cross join (
  select y as year, y || '-Q' || q as label, make_date(y, 3 * q - 2, 1) as starts
  from generate_series(%(first)s, %(first)s + %(years)s - 1) y, generate_series(1, 4) q
) p
"""
COUNTED: LiteralString = """
insert into read_results.counted
select
  r.agency, g.grouping, r.period, r.policy_hash,
  case g.grouping when 'agency' then '' when 'class' then r.position_class else r.unit end,
  r.stream, r.employee, r.nodes || jsonb_build_object('', r.score, '=', r.predicate)
from read_results.result r
cross join unnest(array['agency', 'class', 'unit']) g (grouping)
"""
TALLY: LiteralString = """
insert into read_results.tally
select c.agency, c.grouping, c.period, c.policy_hash, c.member, e.key, e.value::bigint, count(*)
from read_results.counted c
cross join lateral jsonb_each_text(c.told) e
where c.grouping <> 'unit'
  and e.key <> '='
group by 1, 2, 3, 4, 5, 6, 7
"""
GATHERING: LiteralString = """
insert into read_results.gathering
select
  c.agency, c.grouping, c.period, c.policy_hash, c.member, c.policy, c.starts, c.ends, '[]',
  jsonb_build_object('', c.people)
  || (select jsonb_object_agg('indicator' || k, c.people) from generate_series(1, 16) k),
  c.position
from (
  select
    r.agency, g.grouping, r.period, r.policy_hash, r.policy,
    case g.grouping when 'agency' then '' when 'class' then r.position_class else r.unit end as member,
    min(r.starts) as starts, min(r.ends) as ends, count(*) as people, max(r.position) as position
  from read_results.result r
  cross join unnest(array['agency', 'class', 'unit']) g (grouping)
  group by 1, 2, 3, 4, 5, 6
) c
"""
APPRAISALS: LiteralString = """
insert into read_scores.appraisal
  (agency, stream, employee, period, starts, ends, unit, appraiser, position_class, stage, version, policy_id,
   policy_version, policy_hash, status, score, predicate, levels, nodes, facts, final, cut_off, position, recorded_at)
select
  r.agency, r.stream, r.employee, r.period, r.starts, r.ends, r.unit, 'boss', r.position_class, 'final', 40, 'city', 1,
  r.policy_hash, 'final', r.score / 1000000.0, r.predicate, '{}', r.nodes,
  jsonb_build_object('case', r.nodes, 'sources', r.nodes),
  jsonb_build_object('position', r.position, 'facts', r.nodes), false, r.position, now()
from read_results.result r
"""
DOSSIERS: LiteralString = """
insert into read_dossier.dossier
select r.agency, r.stream, r.employee, r.period, 'approved', null, '[]', '{}', 0, 1
from read_results.result r
where r.starts >= %(since)s
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--years", type=int, default=3)
    asked.add_argument("--times", type=int, default=20)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=_fast()) as folder:
        with embedded.open(Path(folder), fsync=False, linger_seconds=0) as server:
            migrate(server.url, [AGENCY])
            ensure(server.url, ALL)
            _fill(server.url, options.people, options.years)
            with open_pool(server.url, largest=1) as pool, pool.connection() as connection:
                _measure(connection, options.years, options.times)
        embedded.stopped(Path(folder), within_seconds=30)


def _fast() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _fill(url: str, people: int, years: int) -> None:
    last = FIRST + years - 1
    params = {"agency": AGENCY, "people": people, "years": years, "first": FIRST, "since": date(last, 1, 1)}
    with psycopg.connect(url, autocommit=True) as connection:
        for fill in (RESULTS, COUNTED, TALLY, GATHERING, APPRAISALS, DOSSIERS):
            connection.execute(fill, params)
        connection.execute("vacuum analyze")
        rows = connection.execute("select count(*) from read_results.tally").fetchone()
        print(f"{people:,} people, {4 * years} quarters, {(rows or (0,))[0]:,} values told apart")


def _measure(connection: Any, years: int, times: int) -> None:
    last = FIRST + years - 1
    now, before = f"{last}-Q4", f"{last}-Q3"
    everything = {"reader": None, "serves": False, "acting_for": []}
    ranking = {"hashes": [f"h{last}"], "within": ["agency"], "floor": 5, "units": None, "employee": None}

    def spread(name: str, params: dict[str, Any]) -> Callable[[], object]:
        return lambda: group_spread.spreads(_rows(connection, name, params), mean=True)

    classes = {"period": now, "policy_hash": f"h{last}", "position_class": "FUNCTIONAL", "by_class": True}
    compared = before_after.asked(measure="score", before=before, after=now)
    reports: dict[str, Callable[[], object]] = {
        "count of a period": lambda: fetch(
            connection,
            AGENCY,
            "select count(*) from read_results.result where agency = %s and period = %s",
            (AGENCY, now),
        ),
        "class of one employee": spread(group_spread.OF_CLASSES, group_spread.of_classes(**classes)),
        "indicators of the agency": spread(group_spread.OF_CLASSES, group_spread.of_classes(period=now)),
        "trend of the agency": spread(group_spread.OF_CLASSES, group_spread.of_classes(measure="indicator3")),
        "one measure over units": spread(
            group_spread.OF_UNITS, group_spread.of_units(units=None, period=now, measure="indicator3")
        ),
        "all measures of a unit": spread(group_spread.OF_UNITS, group_spread.of_units(units=["unit3"], period=now)),
        "trend of a unit": spread(group_spread.OF_UNITS, group_spread.of_units(units=["unit3"], measure="indicator3")),
        "trend of an employee": lambda: trend.employee_trend(
            _rows(connection, trend.OF_EMPLOYEE, trend.of_employee("p77", "score") | everything)
        ),
        "before and after": lambda: before_after.compared(
            [before_after.KnownPairs(*row) for row in _rows(connection, before_after.STATEMENT, compared)],
            "score",
            everything=True,
            mean=True,
        ),
        "participation": lambda: _rows(connection, STATEMENT, {"period": now, "units": None}),
        "a page of the ranking": lambda: _rows(
            connection, ranks.PLACES, ranking | {"period": now, "limit": 50, "after": 0}
        ),
        "own place": lambda: _rows(
            connection, ranks.PLACES, ranking | {"period": now, "limit": 1, "after": 0, "employee": "p77"}
        ),
    }
    base, backend = 0.0, connection.info.backend_pid
    for name, ask in reports.items():
        ask()
        busy = _busy(backend)
        took = sorted(_ms(ask) for _ in range(times))
        worked = (_busy(backend) - busy) * 1_000 / times
        median, most = took[len(took) // 2], took[-max(1, times // 20)]
        base = base or median
        print(
            f"{name:28} p50 {median:7.1f}  p95 {most:7.1f}  worked {worked:6.1f} ms  {median / base:6.1f} times a count"
        )


def _busy(backend: int) -> float:
    """Seconds that the processors have worked for the database's process and for this one."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + process_time()


def _rows(connection: Any, name: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    return fetch(connection, AGENCY, statement(name), {"agency": AGENCY} | params)


def _ms(ask: Callable[[], object]) -> float:
    began = perf_counter()
    ask()
    return (perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
