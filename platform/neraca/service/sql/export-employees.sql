-- Who is on the roster, as it has them on a day.
select
  p.employee,
  p.name,
  p.employment_type,
  p.position,
  p.position_class,
  p.career_level,
  p.unit,
  p.supervisor,
  p.since,
  p.retired,
  p.version
from (
  -- part employee-on: day = %(day)s; position = null
  where e.agency = %(agency)s
) p
order by p.employee collate "C"
