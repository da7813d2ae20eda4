"""Plans of people and units, and what their results serve."""

from datetime import timedelta
from typing import LiteralString

from aggregates.city import City, Report

from neraca.service import cascade

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
FILLS: tuple[LiteralString, ...] = (PLANS, UNIT_PLANS, MISSION, LINKS)


def reports(city: City) -> dict[str, Report]:
    last, today = city.last, city.period.ends + timedelta(days=30)
    planning = {"year": last, "today": today}

    def cascaded() -> object:
        goals = {goal for (goal,) in city.rows("cascade-goals", planning)}
        return cascade.told(goals, city.rows("cascade-units", planning), city.rows("cascade-results", planning), last)

    first = {"after_employee": None, "after_period": None, "after_result": None, "limit": 51}
    return {
        "cascade, result by result": cascaded,
        "plans of units": city.asked("unit-plans", year=last, units=None, after=None, limit=100),
        "what serves a unit's result": city.asked(
            "serving-results", year=last, unit="unit3", result="u1", employee=None, period=None, people=None, **first
        ),
        "what serves somebody's": city.asked(
            "serving-results", year=last, unit=None, result="r1", employee="p99", period=str(last), people=None, **first
        ),
        "what serves nothing": city.asked("loose-results", year=last, today=today, units=None, **first),
    }
