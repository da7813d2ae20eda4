-- What counts of the allowances of some months, with who and where the employee was on the last day of each.
with counted as (
  select distinct on (p.month, p.employee) p.*
  from read_remuneration.allowances p
  where p.agency = %(agency)s
    and p.month = any(%(months)s)
  order by p.month, p.employee, p.position desc
)
select
  c.month,
  c.employee,
  coalesce(e.name, '') as name,
  coalesce(place.unit, '') as unit,
  coalesce(named.position, e.position, '') as post,
  coalesce(e.position_class, '') as position_class,
  coalesce(e.career_level, '') as career_level,
  c.amount,
  c.predicate,
  c.appraisal,
  c.policy_id,
  c.policy_version,
  c.policy_hash,
  c.facts_digest,
  c.facts,
  c.behind,
  c.result,
  c.position,
  c.reason,
  exists (
    select
    from read_scores.appraisal a
    join read_scores.change h
      on h.agency = a.agency
      and h.stream = a.stream
    where a.agency = c.agency
      and a.employee = c.employee
      and a.period = c.appraisal
      and h.position > c.result
      and h.tag in ('appraisal.finalised', 'appraisal.joined', 'appraisal.reopened', 'appraisal.cancelled', 'appraisal.cut')
  ) as outdated
from counted c
left join read_roster.employees e
  on e.agency = c.agency
  and e.employee = c.employee
left join lateral (
  select l.unit
  from read_roster.places l
  where l.agency = c.agency
    and l.employee = c.employee
    and l.since <= least((c.month || '-01')::date + interval '1 month - 1 day', coalesce(e.retired, 'infinity'))
  order by l.since desc, l.log_position desc
  limit 1
) place on true
left join lateral (
  select l.position
  from read_roster.places l
  where l.agency = c.agency
    and l.employee = c.employee
    and l.since <= least((c.month || '-01')::date + interval '1 month - 1 day', coalesce(e.retired, 'infinity'))
    and l.position is not null
  order by l.since desc, l.log_position desc
  limit 1
) named on true
order by c.month, c.employee
