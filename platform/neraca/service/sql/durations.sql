-- How many days the steps of a period's appraisals took, by unit and in all: a result from the last day of the period,
-- the answer to a report from its coming in. Of some units, or of all. Reports are of a day of their period, by which
-- they are read in one go; and days are few, so that they are counted, where to sort everybody's would take longer.
with appraised as materialized (
  select
    a.stream,
    a.unit,
    d.opened,
    case when a.status = 'final' then (
      -- part day-of: moment = (a.final ->> 'at')::timestamptz
    ) - a.ends end as days
  from read_scores.appraisal a
  left join read_dossier.dossier d
    on d.agency = a.agency
    and d.period = a.period
    and d.stream = a.stream
  where a.agency = %(agency)s
    and a.period = %(period)s
    and a.status <> 'cancelled'
    and (%(units)s::text[] is null or a.unit = any(%(units)s))
), answered as materialized (
  -- By whom and by days at once: of both there are fewer than reports.
  select
    a.stream,
    a.unit,
    (
      -- part day-of: moment = r.answered
    ) - (
      -- part day-of: moment = r.happened
    ) as days,
    count(*) as number
  from appraised a
  join read_dossier.report r
    on r.stream = a.stream
    and r.position > a.opened
  where r.agency = %(agency)s
    and r.day between %(starts)s and %(ends)s
    and r.answered is not null
  group by 1, 2, 3
), counted as (
  -- Somebody has one appraisal of a period.
  select a.unit, 'result' as step, a.days, count(*) as number, count(*) as people
  from appraised a
  where a.days is not null
  group by a.unit, a.days
  union all
  select a.unit, 'answer', a.days, sum(a.number), 0
  from answered a
  group by a.unit, a.days
  union all
  select a.unit, 'answer', null, 0, count(distinct a.stream)
  from answered a
  group by a.unit
), summed as (
  select c.unit, c.step, c.days, sum(c.number) as number, sum(c.people) as people
  from counted c
  group by grouping sets ((c.unit, c.step, c.days), (c.step, c.days))
), upto as (
  select
    s.*,
    sum(s.number) over (partition by s.unit, s.step order by s.days) as upto,
    sum(s.number) over (partition by s.unit, s.step) as whole
  from summed s
)
select
  u.unit,
  u.step,
  sum(u.people)::int as people,
  sum(u.number)::int as number,
  min(u.days) filter (where 4 * u.upto >= u.whole) as lower_quartile,
  min(u.days) filter (where 2 * u.upto >= u.whole) as median,
  min(u.days) filter (where 4 * u.upto >= 3 * u.whole) as upper_quartile,
  max(u.days) as longest
from upto u
group by u.unit, u.step
order by u.step desc, u.unit nulls first
