"""What each person plans has one source for now and before: over a year it is what dossiers and work plans have."""

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from neraca.domain.vocabulary import Aspect

KEPT = """
    select p.employee, p.period, p.result, p.title, p.priority, p.perspective, p.fixed, p.targets
    from read_cascade.planned p
    where p.agency = %(agency)s and p.planned
    order by p.employee, p.period, p.nth"""
OF_PLANS = """
    select w.employee, w.period, r.value ->> 'id' as result, r.value ->> 'title' as title,
      coalesce(r.value ->> 'priority', 'PRIMARY') as priority, r.value ->> 'perspective' as perspective,
      w.status in ('approved', 'ended') as fixed, r.value -> 'targets' as targets
    from (
      select distinct on (p.employee, p.period) p.*
      from read_workplans.work_plan p
      where p.agency = %(agency)s
      order by p.employee, p.period, p.position desc
    ) w
    cross join lateral jsonb_array_elements(w.results) with ordinality r (value, nth)
    where w.status <> 'withdrawn'
    order by w.employee, w.period, r.nth"""
OF_APPRAISALS = """
    select a.employee, a.period, r.result, r.title, r.priority, r.perspective, d.plan = 'approved' as fixed, r.targets
    from read_scores.appraisal a
    join read_dossier.dossier d on d.agency = a.agency and d.stream = a.stream
    cross join lateral (
      select r.nth::bigint, r.result, r.title, r.priority, r.perspective, (
        select jsonb_agg(
          jsonb_build_object('id', t.target, 'indicator', t.indicator, 'unit', t.unit, 'target', t.value::text,
            'aspect', t.aspect, 'expectations', t.expectations)
          order by t.nth
        )
        from read_dossier.target t
        where t.agency = r.agency and t.stream = r.stream and t.result = r.result
          and jsonb_exists(d.planned -> r.result, t.target)
      ) as targets
      from read_dossier.result r
      where d.plan = 'approved' and r.agency = d.agency and r.stream = d.stream and jsonb_exists(d.planned, r.result)
      union all
      select r.nth, r.value ->> 'id', r.value ->> 'title', coalesce(r.value ->> 'priority', 'PRIMARY'),
        r.value ->> 'perspective', r.value -> 'targets'
      from jsonb_array_elements(d.drafted) with ordinality r (value, nth)
      where d.plan <> 'approved'
    ) r
    where a.agency = %(agency)s and a.stage <> 'cancelled'
      and not exists (
        select from read_workplans.work_plan p
        where p.agency = a.agency and p.employee = a.employee
          and extract(year from p.starts) = extract(year from a.starts)
      )
    order by a.employee, a.period, r.nth"""


def shown(row: dict[str, Any]) -> dict[str, Any]:
    targets = [
        (
            one["id"],
            one["indicator"],
            one["unit"],
            one.get("target"),
            one.get("aspect", Aspect.QUANTITY),
            one.get("expectations"),
        )
        for one in row["targets"] or ()
    ]
    return row | {"targets": targets}


@pytest.mark.parametrize("agency", ["bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta"])
def test_what_people_plan_is_what_dossiers_and_work_plans_have(seeded_year: Any, agency: str) -> None:
    with psycopg.connect(seeded_year.url) as connection, connection.cursor(row_factory=dict_row) as rows:
        kept, of_plans, of_appraisals = (
            [shown(row) for row in rows.execute(query, {"agency": agency})] for query in (KEPT, OF_PLANS, OF_APPRAISALS)
        )

    assert len(kept) > 20
    assert kept == sorted(of_plans + of_appraisals, key=lambda row: (row["employee"], row["period"]))
