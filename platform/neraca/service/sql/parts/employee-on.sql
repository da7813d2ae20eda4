-- Who `e` is on a day by the roster as it is now.
select
  e.agency,
  e.employee,
  e.name,
  e.employment_type,
  coalesce(named.position, e.position) as position,
  coalesce(named.position_class, e.position_class) as position_class,
  coalesce(named.career_level, e.career_level) as career_level,
  place.unit,
  place.supervisor,
  e.since,
  e.retired,
  e.version
from read_roster.employees e
left join lateral (
  -- part place-of-day: day = {day}; retired = e.retired; position = null
) place on true
left join lateral (
  -- part post-of-day: day = {day}; position = null
) named on true
