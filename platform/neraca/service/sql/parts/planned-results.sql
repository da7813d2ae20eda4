-- What somebody plans for a year as it stands: of plans of the year, or where there are none of those of its periods.
select w.period, r.nth, r.value ->> 'id' as result, r.value ->> 'title' as title,
  coalesce(r.value ->> 'priority', 'PRIMARY') as priority, r.value ->> 'perspective' as perspective,
  r.value -> 'targets' as targets, w.status in ('approved', 'ended') as fixed
from (
  select distinct on (p.period) p.period, p.status, p.results
  from read_workplans.work_plan p
  where p.agency = %(agency)s
    and p.employee = {employee}
    and extract(year from p.starts) = {year}
  order by p.period, p.position desc
) w
cross join lateral jsonb_array_elements(w.results) with ordinality r (value, nth)
where w.status <> 'withdrawn'
union all
select a.period, r.nth, r.result, r.title, r.priority, r.perspective, r.targets, d.plan = 'approved'
from read_scores.appraisal a
join read_dossier.dossier d
  on d.agency = a.agency
  and d.stream = a.stream
cross join lateral (
  select r.nth::bigint, r.result, r.title, r.priority, r.perspective,
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', t.target, 'indicator', t.indicator, 'unit', t.unit, 'target', t.value::text, 'aspect', t.aspect,
          'expectations', t.expectations
        )
        order by t.nth
      )
      from read_dossier.target t
      where t.agency = r.agency
        and t.stream = r.stream
        and t.result = r.result
        and jsonb_exists(d.planned -> r.result, t.target)
    ) as targets
  from read_dossier.result r
  where d.plan = 'approved'
    and r.agency = d.agency
    and r.stream = d.stream
    and jsonb_exists(d.planned, r.result)
  union all
  select r.nth, r.value ->> 'id', r.value ->> 'title', coalesce(r.value ->> 'priority', 'PRIMARY'),
    r.value ->> 'perspective', r.value -> 'targets'
  from jsonb_array_elements(d.drafted) with ordinality r (value, nth)
  where d.plan <> 'approved'
) r
where a.agency = %(agency)s
  and a.employee = {employee}
  and extract(year from a.starts) = {year}
  and a.stage <> 'cancelled'
  and not exists (
    select
    from read_workplans.work_plan p
    where p.agency = a.agency
      and p.employee = a.employee
      and extract(year from p.starts) = {year}
  )
