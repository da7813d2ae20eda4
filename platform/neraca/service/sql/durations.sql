-- How many days the steps of a period's appraisals took, by unit and in all: a result from the last day of the period,
-- the answer to a report from its coming in. Of some units, or of all.
with steps as (
  select a.unit, a.employee, 'result' as step, ((a.final ->> 'at')::timestamptz at time zone %(zone)s)::date - a.ends as days
  from read_scores.appraisal a
  where a.agency = %(agency)s
    and a.period = %(period)s
    and a.status = 'final'
    and (%(units)s::text[] is null or a.unit = any(%(units)s))
  union all
  select
    a.unit,
    a.employee,
    'answer',
    (r.answered at time zone %(zone)s)::date - (r.happened at time zone %(zone)s)::date
  from read_scores.appraisal a
  join read_dossier.dossier d
    on d.agency = a.agency
    and d.stream = a.stream
  join read_dossier.report r
    on r.agency = a.agency
    and r.stream = a.stream
    and r.position > d.opened
  where a.agency = %(agency)s
    and a.period = %(period)s
    and a.status <> 'cancelled'
    and r.answered is not null
    and (%(units)s::text[] is null or a.unit = any(%(units)s))
)
select
  s.unit,
  s.step,
  count(distinct s.employee)::int as people,
  count(*)::int as number,
  (percentile_disc(0.25) within group (order by s.days))::int as lower_quartile,
  (percentile_disc(0.5) within group (order by s.days))::int as median,
  (percentile_disc(0.75) within group (order by s.days))::int as upper_quartile,
  max(s.days)::int as longest
from steps s
group by grouping sets ((s.unit, s.step), (s.step))
order by s.step desc, s.unit nulls first
