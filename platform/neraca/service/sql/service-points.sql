select p.point, p.unit, p.name, p.kind, nullif(p.hours, '') as hours, p.since, p.until
from read_satisfaction.service_point p
where p.agency = %(agency)s
  and (%(unit)s::text is null or p.unit = %(unit)s)
order by p.unit, p.point
