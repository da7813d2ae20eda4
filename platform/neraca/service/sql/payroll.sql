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
  coalesce(named.position_class, e.position_class, '') as position_class,
  coalesce(named.career_level, e.career_level, '') as career_level,
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
  (exists (
    -- part result-changed-since: of = c; appraisal = appraisal; position = null
  )
  or exists (
    -- part ceiling-changed-since: of = c; position = null
  )
  or exists (
    -- part month-changed-since: of = c; position = null
  )
  or exists (
    -- part objection-decided-since: of = c; position = null
  )) as outdated,
  c.provisional,
  c.whole,
  c.unpaid
from counted c
left join read_roster.employees e
  on e.agency = c.agency
  and e.employee = c.employee
cross join lateral (
  select least((c.month || '-01')::date + interval '1 month - 1 day', coalesce(e.retired, 'infinity')) as day
) last
left join lateral (
  -- part place-of-day: day = last.day; retired = e.retired; position = null
) place on true
left join lateral (
  -- part post-of-day: day = last.day; position = null
) named on true
order by c.month, c.employee
