"""Plans of people and units, and what their results serve."""

from datetime import timedelta
from typing import Any, LiteralString

from aggregates.city import City, Report

from neraca.service import cascade

PLANNED: LiteralString = """
insert into read_cascade.planned
select
  %(agency)s, 'p' || n, %(last)s::text, 'r' || k, 100 * n + 10 * k,
  md5('p' || n || '/r' || k)::uuid, %(last)s, k, true, true,
  'Hasil ' || k, 'PRIMARY', null,
  '[{"id": "t1", "indicator": "Laporan yang selesai", "unit": "laporan", "target": "12"}]',
  case when n %% 10 > 0 then 10 * n + k end,
  case when n %% 10 > 0 then case when n < 400 then 'u' || k else 'r' || k end end,
  case when n %% 10 > 0 and n >= 400 then md5('p' || 1 + n / 12 || '/r' || k)::uuid end,
  case when n %% 10 > 0 and n < 400 then 'unit' || n %% 30 end
from generate_series(1, %(people)s) n
cross join generate_series(1, 3) k
"""
PLANNED_THEN: LiteralString = """
insert into read_cascade.planned_then
select
  p.agency, p.employee, p.period, p.result, p.position - v, p.node, p.year, p.nth, true, v = 0, p.title, p.priority,
  p.perspective, p.targets, p.linked, p.serves, p.serves_node, p.serves_unit,
  case when v > 0 then p.position - v + 1 end
from generate_series(2, 0, -1) v
cross join read_cascade.planned p
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
FILLS: tuple[LiteralString, ...] = (PLANNED, PLANNED_THEN, UNIT_PLANS, MISSION, LINKS)


def reports(city: City) -> dict[str, Report]:
    last, today = city.last, city.period.ends + timedelta(days=30)
    known = {"year": last, "today": today}
    then = {"position": 10**9}
    first = {"after_employee": None, "after_period": None, "after_result": None, "limit": 51}
    middle = cascade.of_page(None, ("unit3", "p300", str(last), "r1"), cascade.ROWS)

    def asked(name: str, **params: Any) -> Report:
        return city.asked(name, **known | params)

    def told(name: str, **params: Any) -> Report:
        return lambda: city.rows(name, known | {"position": None} | params)

    person = {"employee": "p99", "period": str(last), "unit": None, "result": "r1", "people": None, **first}
    unit = {"employee": None, "period": None, "unit": "unit3", "result": "u1", "people": None, **first}
    team = [f"p{n}" for n in range(600, 612)]
    return {
        "cascade by unit": told(cascade.SUMS),
        "cascade by unit, of before": told(cascade.SUMS, **then),
        "a thousand results": told(cascade.PAGE, **middle),
        "a thousand, of before": told(cascade.PAGE, **middle, **then),
        "plans of units": asked("unit-plans", units=None, after=None, limit=100),
        "what serves a unit's result": asked("serving-results", **unit),
        "what serves somebody's": asked("serving-results", **person),
        "loads of a unit's result": asked("loads", **unit),
        "what serves nothing": asked("loose-results", units=None, **first),
        "nothing, of before": asked("loose-results", units=None, **first, **then),
        "matrix: the team": asked("matrix-people", employee="p50", after=None, limit=51),
        "matrix: what it plans": asked("planned-of-people", employees=team, fixed=False),
    }
