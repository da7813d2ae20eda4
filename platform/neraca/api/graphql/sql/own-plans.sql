-- What happened to what an employee plans for themselves, up to a position; in order of the log.
select coalesce(json_agg(json_build_object(
  'position', p.position,
  'recorded_at', p.recorded_at,
  'by', p.by,
  'event', p.event
) order by p.position), '[]') as rows
from read_development.own_plans p
where p.agency = %(agency)s
  and p.employee = %(employee)s
  and (%(position)s::bigint is null or p.position <= %(position)s)
