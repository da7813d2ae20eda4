-- Who is appraised in some days, where and by whom, when they serve, and what they have reported of those days: of daily
-- entries how many working days have one and of how many the first came late, of progress up to which day it was and
-- when it came. Of a reader who may not see everybody: their own, those below them, and those of the units they head.
select
  a.employee,
  e.name,
  a.period,
  a.starts,
  a.ends,
  a.unit,
  a.appraiser,
  a.policy_hash,
  e.since,
  e.retired,
  (
    select coalesce(json_agg(json_build_array(x.since, x.until) order by x.since), '[]')
    from read_roster.exemptions x
    where x.agency = a.agency
      and x.employee = a.employee
      and not x.withdrawn
  )::text as exemptions,
  (
    -- part breaks-in-service: of = e
  )::text as breaks,
  (
    select coalesce(json_object_agg(m.key, m.value -> 'required'), '{}')
    from jsonb_each(a.facts -> 'months') m
    where cardinality(%(working)s::date[]) > 0
  )::text as required,
  daily.days,
  daily.late,
  (
    select coalesce(json_agg(json_build_array(p.day, (p.happened at time zone %(zone)s)::date)), '[]')
    from read_dossier.report p
    where p.agency = a.agency
      and p.stream = a.stream
      and p.kind = 'progress'
      and p.status <> 'returned'
      and p.day between %(reach)s and %(last)s
      and p.position > d.opened
  )::text as progress
from read_scores.appraisal a
join read_dossier.dossier d
  on d.agency = a.agency
  and d.stream = a.stream
join read_roster.employees e
  on e.agency = a.agency
  and e.employee = a.employee
cross join lateral (
  select
    count(*)::int as days,
    (count(*) filter (where x.reported > x.day + %(within)s::int))::int as late
  from (
    select r.day, min((r.happened at time zone %(zone)s)::date) as reported
    from read_dossier.report r
    where r.agency = a.agency
      and r.stream = a.stream
      and r.kind = 'activity'
      and r.status <> 'returned'
      and r.day = any(%(working)s::date[])
      and r.position > d.opened
    group by r.day
  ) x
) daily
where a.agency = %(agency)s
  and a.starts <= %(last)s
  and a.ends >= %(first)s
  and a.status <> 'cancelled'
  and (%(unit)s::text is null or a.unit = %(unit)s)
  and (
    %(reader)s::text is null
    or a.employee = %(reader)s
    or a.appraiser = %(reader)s
    or a.employee = any(%(below)s::text[])
    or a.unit = any(%(headed)s::text[])
  )
order by a.unit, a.employee, a.starts
