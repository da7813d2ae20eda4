-- What assessors found of an employee's potential, up to a position; in order of the log.
select
  p.position,
  p.recorded_at,
  p.by,
  p.value::text as value,
  p.source,
  p.assessor,
  p.day,
  p.document
from read_development.potential p
where p.agency = %(agency)s
  and p.employee = %(employee)s
  and (%(position)s::bigint is null or p.position <= %(position)s)
order by p.position
