-- What happened to the training plans of a period, of one unit or of all; in order of the log.
select t.position, t.unit, t.event::text as event
from read_development.training t
where t.agency = %(agency)s
  and t.period = %(period)s
  and (%(unit)s::text is null or t.unit = %(unit)s)
order by t.position
