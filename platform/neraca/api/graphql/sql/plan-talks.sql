-- What was noted of the talks about a plan, in order.
select t.position, t.day, t.by, t.note
from read_cascade.talk t
where t.agency = %(agency)s
  and t.employee = %(employee)s
  and t.period = %(period)s
  and (%(position)s::bigint is null or t.position <= %(position)s)
order by t.position
