-- One page of employees as the log was at a position, of those that the reader may see today.
-- What registration said never changes; places, retirements and versions are kept by position. Of the places that were
-- known then, the one of the day on which the position was recorded holds.
with matching as not materialized (
  select
    e.agency,
    e.employee,
    e.name,
    e.employment_type,
    coalesce(named.position, e.position) as position,
    e.position_class,
    e.career_level,
    place.unit,
    place.supervisor,
    e.since,
    retired.last_day as retired,
    own.version
  from read_roster.employees e
  join lateral (
    select g.version
    from ledger.events g
    where g.agency = e.agency
      and g.stream = e.stream
      and g.position <= %(position)s
    order by g.version desc
    limit 1
  ) own on true
  left join lateral (
    select r.last_day
    from read_roster.retirements r
    where r.agency = e.agency
      and r.employee = e.employee
      and r.log_position <= %(position)s
    order by r.log_position desc
    limit 1
  ) retired on true
  left join lateral (
    select l.unit, l.supervisor
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.log_position <= %(position)s
      and l.since <= %(day)s
      and (retired.last_day is null or retired.last_day >= %(day)s)
    order by l.since desc, l.log_position desc
    limit 1
  ) place on true
  left join lateral (
    select l.position
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.log_position <= %(position)s
      and l.since <= %(day)s
      and l.position is not null
    order by l.since desc, l.log_position desc
    limit 1
  ) named on true
  where e.agency = %(agency)s
    and (
      %(reader)s::text is null
      or e.employee = %(reader)s
      or e.employee = any(%(below)s)
    )
    and (%(unit)s::text is null or place.unit = %(unit)s)
    and (%(employee)s::text is null or e.employee = %(employee)s)
), page as (
  select m.*
  from matching m
  where %(after)s::text is null
    or m.employee > %(after)s
  order by m.employee
  limit %(limit)s
)
select
  case when %(with_total)s then (select count(*) from matching) end as total,
  (select coalesce(json_agg(row_to_json(p) order by p.employee), '[]') from page p) as rows
