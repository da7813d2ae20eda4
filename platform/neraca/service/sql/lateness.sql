-- Who is appraised in some days, where and by whom, when they serve, and what they have reported of those days: of daily
-- entries how many working days have one and of how many the first came late, of progress up to which day it was and
-- when it came. Of a reader who may not see everybody: their own, those below them, and those of the units they head.
with asked as materialized (
  select a.stream, a.employee, e.name, a.period, a.starts, a.ends, a.unit, a.appraiser, a.policy_hash, a.facts -> 'months' as months, e.since,
    e.retired, d.opened
  from read_scores.appraisal a
  join read_dossier.dossier d
    on d.agency = a.agency
    and d.stream = a.stream
  join read_roster.employees e
    on e.agency = a.agency
    and e.employee = a.employee
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
), exempt as (
  -- Here and below all in one go: to look for those of each person by themselves took most of the time of a city.
  select x.employee, json_agg(json_build_array(x.since, x.until) order by x.since) as spans
  from read_roster.exemptions x
  where x.agency = %(agency)s
    and not x.withdrawn
  group by x.employee
), daily as (
  select
    x.stream,
    count(*)::int as days,
    (count(*) filter (where x.reported > x.day + %(within)s::int))::int as late
  from (
    select k.stream, r.day, min((r.happened at time zone %(zone)s)::date) as reported
    from asked k
    join read_dossier.report r
      on r.agency = %(agency)s
      and r.stream = k.stream
      and r.position > k.opened
    where r.kind = 'activity'
      and r.status <> 'returned'
      and r.day = any(%(working)s::date[])
    group by k.stream, r.day
  ) x
  group by x.stream
), progress as (
  select k.stream, json_agg(json_build_array(p.day, (p.happened at time zone %(zone)s)::date)) as told
  from asked k
  join read_dossier.report p
    on p.agency = %(agency)s
    and p.stream = k.stream
    and p.position > k.opened
  where p.kind = 'progress'
    and p.status <> 'returned'
    and p.day between %(reach)s and %(last)s
  group by k.stream
)
select
  k.employee,
  k.name,
  k.period,
  k.starts,
  k.ends,
  k.unit,
  k.appraiser,
  k.policy_hash,
  k.since,
  k.retired,
  coalesce(exempt.spans::text, '[]') as exemptions,
  case
    when k.employee in (
      select r.employee
      from read_roster.retirements r
      where r.agency = %(agency)s
        and r.last_day is null
    ) then (
      select b.spans
      from (select %(agency)s::text as agency, k.employee) e
      cross join lateral (
        -- part breaks-in-service: of = e
      ) b (spans)
    )::text
    else '[]'
  end as breaks,
  (
    select coalesce(json_object_agg(m.key, m.value -> 'required'), '{}')
    from jsonb_each(k.months) m
    where cardinality(%(working)s::date[]) > 0
  )::text as required,
  coalesce(daily.days, 0) as days,
  coalesce(daily.late, 0) as late,
  coalesce(progress.told::text, '[]') as progress
from asked k
left join exempt on exempt.employee = k.employee
left join daily on daily.stream = k.stream
left join progress on progress.stream = k.stream
order by k.unit, k.employee, k.starts
