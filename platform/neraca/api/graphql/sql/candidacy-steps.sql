-- What happened to a candidacy up to a position, in order of the log.
select
  c.position,
  c.recorded_at,
  c.by,
  c.stage,
  c.reason
from read_development.candidacies c
where c.agency = %(agency)s
  and c.kind = %(kind)s
  and c.period = %(period)s
  and c.employee = %(employee)s
  and (%(position)s::bigint is null or c.position <= %(position)s)
order by c.position
