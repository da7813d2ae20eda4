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
  )
  -- The ceiling it was paid by was withdrawn, set anew, or followed by one that begins within the month.
  or exists (
    select
    from read_remuneration.ceilings paid
    join read_remuneration.ceilings later
      on later.agency = paid.agency
      and later.post is not distinct from paid.post
      and later.position_class is not distinct from paid.position_class
      and later.career_level is not distinct from paid.career_level
      and later.since >= paid.since
      and later.since <= (c.month || '-01')::date + interval '1 month - 1 day'
      and later.position > c.position
    where paid.agency = c.agency
      and paid.position in (select (jsonb_array_elements_text(c.facts -> 'sources' -> 'pagu_tpp'))::bigint)
  )) as outdated,
  c.provisional
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
  -- The latest of each by its day: a place or change names a post, and a change a class or a level.
  select
    (array_agg(t.position order by t.since desc, t.log_position desc) filter (where t.position is not null))[1]
      as position,
    (
      array_agg(t.position_class order by t.since desc, t.log_position desc)
      filter (where t.position_class is not null)
    )[1] as position_class,
    (array_agg(t.career_level order by t.since desc, t.log_position desc) filter (where t.career_level is not null))[1]
      as career_level
  from (
    select l.since, l.log_position, l.position, null as position_class, null as career_level
    from read_roster.places l
    where l.agency = c.agency
      and l.employee = c.employee
    union all
    select o.since, o.log_position, o.position, o.position_class, o.career_level
    from read_roster.posts o
    where o.agency = c.agency
      and o.employee = c.employee
  ) t
  where t.since <= least((c.month || '-01')::date + interval '1 month - 1 day', coalesce(e.retired, 'infinity'))
) named on true
order by c.month, c.employee
