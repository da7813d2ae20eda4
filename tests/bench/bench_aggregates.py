"""How long what the reports ask of the database takes over a city and its quarters.

    .venv/bin/python tests/bench/bench_aggregates.py                            # 5,000 people and a year: quick
    .venv/bin/python tests/bench/bench_aggregates.py --people 20000 --years 3 --times 20   # what is promised

The rows are written by SQL from seeds, as the fold of `results` would leave them with everybody counted: a final
result of each person and quarter with sixteen indicators, in thirty units and five classes of posts, and of the last
year three planned results of each person with what they serve, three reports a quarter with their answers, seven
ratings by four people, surveys of thirty units with four service points each, and candidacies; on an embedded server
of its own with fsync off. Each report is asked as the service asks it, in the application's role and with what Python
makes of the rows; told are the median and the 95th percentile of `--times` askings, how long processors worked for
one (of the database and of Python, which on a busy machine says more), and the median as a multiple of counting a
period's results, which every machine does at its own pace. The promise is less than 300 ms on a machine at rest for
20,000 people and three years.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, LiteralString

import psycopg

from neraca.api.statements import statement as of_api
from neraca.domain.agency import Agency, Reporting
from neraca.domain.case import MICRO
from neraca.domain.command_rules import RatingRule, ReportingRule
from neraca.domain.forensics.findings import Answered
from neraca.domain.period import parse
from neraca.projecting.rebuild import ensure
from neraca.service import (
    before_after,
    cascade,
    durations,
    forensics,
    group_spread,
    lateness,
    ranks,
    report_deadlines,
    satisfaction,
    trend,
)
from neraca.service.forensics import CaseRow, RatingRow
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
ROSTER: LiteralString = """
insert into read_roster.employees
select
  %(agency)s, gen_random_uuid(), 'p' || n, 'Pegawai ' || n, 'CIVIL_SERVANT', 'Analis', 'FUNCTIONAL', 'Ahli Muda',
  make_date(2015, 1, 1), null, 2, n
from generate_series(1, %(people)s) n
"""
PLACES: LiteralString = """
insert into read_roster.places
select
  %(agency)s, 'p' || n, n, now(), 'unit' || n %% 30, 'p' || 1 + n / 12, null, make_date(2015, 1, 1), null, null
from generate_series(1, %(people)s) n
"""
JUDGED: LiteralString = """
insert into read_forensics.judged
select
  r.agency, r.stream, r.employee, r.period, r.ends, 3 + n %% 3, n %% 3, n %% 2,
  jsonb_build_object('r1', (array['baik', 'cukup', 'sangat_baik'])[1 + n %% 3]),
  'p' || n / 12, r.starts + interval '95 days' + make_interval(mins => n %% 9000), r.position,
  'p' || n / 12, r.starts + interval '96 days', r.position, n %% 2
from read_results.result r
cross join lateral (select substr(r.employee, 2)::int as n) of
where r.starts >= %(since)s
"""
RATED: LiteralString = """
update read_scores.appraisal a
set
  final = jsonb_build_object('position', a.position, 'at', a.ends + 5 + (n %% 20)),
  facts = jsonb_build_object('case', jsonb_build_object('ratings', (
    select jsonb_object_agg('item' || k, jsonb_build_object(
      'atasan', jsonb_build_array((60 + (n * 31 + k * 7) %% 40) * 1000000),
      'rekan', (
        select jsonb_agg((60 + (n * (17 + m) + k * 5) %% 40) * 1000000)
        from generate_series(1, 3) m
      )
    ))
    from generate_series(1, 7) k
  )))
from (select x.stream, substr(x.employee, 2)::int as n from read_scores.appraisal x) of
where of.stream = a.stream
  and a.starts >= %(since)s
"""
REPORTS: LiteralString = """
insert into read_dossier.report
select
  a.agency, a.stream, 'report' || m, %(people)s::bigint * 3 * q + 3 * n + m, came.at, came.at, 'progress', came.day,
  'r1', 't1', m,
  null, null, null, '[]', 'accepted', null,
  %(people)s::bigint * 3 * q + 3 * n + m + 1000000000, answer.at, answer.at
from read_scores.appraisal a
cross join lateral (
  select substr(a.employee, 2)::int as n, extract(quarter from a.starts)::int as q
) of
cross join generate_series(1, 3) m
cross join lateral (
  select
    (a.starts + make_interval(months => m))::date - 1 as day,
    a.starts + make_interval(months => m, days => n %% 9, hours => 1) as at
) came
cross join lateral (select came.at + make_interval(days => n %% 7) as at) answer
where a.starts >= %(since)s
"""
PLANS: LiteralString = """
insert into read_workplans.work_plan
select
  %(agency)s, gen_random_uuid(), %(last)s::text, n, 'p' || n, %(since)s::date,
  (%(since)s::date + interval '1 year')::date - 1,
  'approved', null, null, null, null, 3,
  (
    select jsonb_agg(jsonb_build_object(
      'id', 'r' || k, 'title', 'Hasil ' || k, 'priority', 'PRIMARY',
      'targets', jsonb_build_array(jsonb_build_object('id', 't1', 'indicator', 'i', 'unit', 'laporan', 'target', '12'))
    ))
    from generate_series(1, 3) k
  ),
  now(), now(), 'p', null
from generate_series(1, %(people)s) n
"""
UNIT_PLANS: LiteralString = """
insert into read_cascade.unit_plan
select
  %(agency)s, 'unit' || u, %(last)s, 1000 + u, 'approved', true, 'p' || u, null, null,
  (
    select jsonb_agg(jsonb_build_object('id', 'u' || k, 'title', 'Sasaran ' || k, 'goal', 'g1'))
    from generate_series(1, 5) k
  ),
  3, now(), 'p'
from generate_series(0, 29) u
"""
MISSION: LiteralString = """
insert into read_cascade.mission
select
  %(agency)s, %(first)s, 1, %(last)s + 5, 'Maju',
  '[{"id": "m1", "title": "Misi", "goals": [{"id": "g1", "title": "Tujuan"}]}]', 'SK', null, now(), 'p'
"""
LINKS: LiteralString = """
insert into read_cascade.link
select
  %(agency)s, 'p' || n, %(last)s::text, 'r' || k, 10 * n + k, %(last)s,
  case when n < 400 then 'u' || k else 'r' || k end,
  case when n >= 400 then 'p' || 1 + n / 12 end, case when n >= 400 then %(last)s::text end,
  case when n < 400 then 'unit' || n %% 30 end,
  'DIRECT', null, null, %(since)s, null, 'p'
from generate_series(1, %(people)s) n
cross join generate_series(1, 3) k
where n %% 10 > 0
"""
SATISFACTION: LiteralString = """
insert into read_satisfaction.result
select
  %(agency)s, 'unit' || u, 'skm', y || '-Q' || q, case p when 0 then '' else 'point' || u || '-' || p end, 400, sums,
  counts, 0, '{}', '{}', '{}', u, false, null
from generate_series(0, 29) u
cross join generate_series(%(first)s::int, %(last)s::int) y
cross join generate_series(1, 4) q
cross join generate_series(0, 4) p
cross join lateral (
  select jsonb_object_agg('u' || k, (1200 + u + q)::text) as sums, jsonb_object_agg('u' || k, 400) as counts
  from generate_series(1, 9) k
) of
"""
CANDIDACIES: LiteralString = """
insert into read_development.candidacies
select
  %(agency)s, gen_random_uuid(), n, now(), 'p', 'p' || n, kind.of, %(last)s || '-Q4', 'listed',
  (array['bintang', 'inti', 'risiko', 'baru', 'kokoh', 'dilema', 'andal', 'tumbuh', 'puncak'])[1 + n %% 9], n %% 5 = 0,
  jsonb_build_object('score', '80', 'policy', jsonb_build_object('id', 'c', 'version', 1)), null, null, null, null
from (values ('BOX', 0), ('PROMOTION', 1)) kind (of, nth)
cross join lateral generate_series(1 + kind.nth * %(people)s, (kind.nth + 1) * %(people)s) n
"""
FILLS = (
    RESULTS,
    COUNTED,
    TALLY,
    GATHERING,
    APPRAISALS,
    DOSSIERS,
    ROSTER,
    PLACES,
    JUDGED,
    RATED,
    REPORTS,
    PLANS,
    UNIT_PLANS,
    MISSION,
    LINKS,
    SATISFACTION,
    CANDIDACIES,
)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=5_000)
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--times", type=int, default=5)
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
    params = {"agency": AGENCY, "people": people, "years": years, "first": FIRST, "last": last}
    params["since"] = date(last, 1, 1)
    with psycopg.connect(url, autocommit=True) as connection:
        for fill in FILLS:
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
        **_of_processes(connection, last),
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


def _of_processes(connection: Any, last: int) -> dict[str, Callable[[], object]]:
    """What is told of how people plan, report, judge and serve."""
    period, agency = parse(f"{last}-Q4"), _agency()
    today = period.ends + timedelta(days=30)
    scale = RatingRule(0, 100 * MICRO, MICRO, 1, None, anonymous=False)
    rules = {f"h{last}": {f"item{n}": {"atasan": scale, "rekan": scale} for n in range(8)}}
    rule = ReportingRule()
    of_all = {"reader": None, "below": [], "headed": []}
    whom = {"unit": None, "survey": None}
    planning = {"year": last, "today": today}

    def found() -> object:
        asked = forensics.params(period)
        return forensics.told(
            [CaseRow(*row) for row in _rows(connection, forensics.CASES, asked)],
            [Answered(*row) for row in _rows(connection, forensics.ANSWERS, asked)],
            [RatingRow(*row) for row in _rows(connection, forensics.RETURNED, asked)],
            rules,
        )

    def late() -> object:
        rows = _rows(connection, lateness.STATEMENT, lateness.params(agency, period, today, None) | of_all)
        return lateness.by_unit(lateness.told(rows, agency, period, today, lambda _: rule))

    def owed() -> object:
        rows = _rows(
            connection,
            report_deadlines.STATEMENT,
            report_deadlines.params(period.ends) | {"person": None, "today": period.ends} | of_all,
        )
        return report_deadlines.owed(rows, agency, period.ends, lambda _: rule)

    def cascaded() -> object:
        goals = {goal for (goal,) in _rows(connection, "cascade-goals", planning)}
        return cascade.told(
            goals,
            _rows(connection, "cascade-units", planning),
            _rows(connection, "cascade-results", planning),
            last,
        )

    def satisfied(periods: list[str] | None) -> object:
        rows = _rows(connection, satisfaction.STATEMENT, whom | {"periods": periods})
        return [
            satisfaction.said(one) for one in satisfaction.tellable(satisfaction.ClosedSurvey(*row) for row in rows)
        ]

    def asked(name: str, **params: object) -> Callable[[], object]:
        known = {"agency": AGENCY, "position": None} | params
        return lambda: fetch(connection, AGENCY, of_api(f"graphql/{name}"), known)

    first = {"after_employee": None, "after_period": None, "after_result": None, "limit": 51}
    candidates = {"kind": "BOX", "period": period.label}
    return {
        "findings of forensics": found,
        "lateness by unit": late,
        "reports owed by all": owed,
        "durations": lambda: durations.told(
            _rows(connection, durations.STATEMENT, durations.params(agency.time_zone, period.label, None))
        ),
        "cascade, result by result": cascaded,
        "plans of units": asked("unit-plans", year=last, units=None, after=None, limit=100),
        "what serves a unit's result": asked(
            "serving-results", year=last, unit="unit3", result="u1", employee=None, period=None, people=None, **first
        ),
        "what serves somebody's": asked(
            "serving-results", year=last, unit=None, result="r1", employee="p99", period=str(last), people=None, **first
        ),
        "what serves nothing": asked("loose-results", year=last, today=today, units=None, **first),
        "satisfaction of a period": lambda: satisfied(satisfaction.with_the_one_before(period.label)),
        "satisfaction, three years": lambda: satisfied(None),
        "satisfaction of all": lambda: satisfaction.tellable_of_agency(
            _rows(connection, satisfaction.OF_AGENCY, {"survey": None})
        ),
        "boxes counted": asked("candidacy-outcomes", **candidates),
        "a page of candidacies": asked(
            "candidacies",
            **candidates,
            employee=None,
            eligible=True,
            after_kind=None,
            after_period=None,
            after_employee=None,
            limit=51,
        ),
        "low-rated people": lambda: _rows(
            connection, "rated-low", {"period": period.label, "unit": None, "low": ["butuh_perbaikan"]}
        ),
    }


def _agency() -> Agency:
    """Whose reports come by the month, in time within five days."""
    return Agency(
        schema="neraca-agency/1",
        id=AGENCY,
        name={"id": AGENCY},
        kind="city",
        time_zone="Asia/Jakarta",
        languages=("id",),
        stage="demonstration",
        units={},
        working_week=("mon", "tue", "wed", "thu", "fri"),
        holidays={},
        reporting=Reporting(cadence="monthly", in_time_days=5),
        policies=(),
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
