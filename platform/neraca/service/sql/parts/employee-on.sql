-- Who `e` is on a day by the roster as it is now, or was at the position that is asked for. What registration said is kept
-- with what it said before each correction; all else is kept by position.
select
  e.agency,
  e.employee,
  e.employment_type,
  e.since,
  place.unit,
  place.supervisor,
  -- with present
  e.name,
  coalesce(named.position, e.position) as position,
  coalesce(named.position_class, e.position_class) as position_class,
  coalesce(named.career_level, e.career_level) as career_level,
  e.retired,
  e.version,
  e.log_position
  -- end
  -- with past
  coalesce(said.name, e.name) as name,
  coalesce(named.position, said.position, e.position) as position,
  coalesce(named.position_class, said.position_class, e.position_class) as position_class,
  coalesce(
    named.career_level,
    case when said.log_position is null then e.career_level else said.career_level end
  ) as career_level,
  service.last_day as retired,
  own.version,
  own.position as log_position
  -- end
from read_roster.employees e
-- with past
join lateral (
  select g.version, g.position
  from ledger.events g
  where g.agency = e.agency
    and g.stream = e.stream
    and g.position <= {position}
  order by g.version desc
  limit 1
) own on true
left join lateral (
  -- What was said before the first correction that came later.
  select c.log_position, c.name, c.position, c.position_class, c.career_level
  from read_roster.corrections c
  where c.agency = e.agency
    and c.employee = e.employee
    and c.log_position > {position}
  order by c.log_position
  limit 1
) said on true
-- end
left join lateral (
  -- with present
  select e.retired as last_day
  -- end
  -- with past
  select r.last_day
  from read_roster.retirements r
  where r.agency = e.agency
    and r.employee = e.employee
    and r.log_position <= {position}
  order by r.log_position desc
  limit 1
  -- end
) service on true
left join lateral (
  -- part place-of-day: day = {day}; retired = service.last_day; position = {position}
) place on true
left join lateral (
  -- part post-of-day: day = {day}; position = {position}
) named on true
