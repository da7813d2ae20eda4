-- Whose clocks are of a group, by employee.
select c.employee
from read_clocks.clock c
where c.agency = %(agency)s
  and c.ended is null
  and c.period = %(period)s
  and c.kind = %(kind)s
  and c.since = %(since)s
  and c.starts = %(starts)s
  and c.ends = %(ends)s
  and c.began = %(began)s
  and c.superiors = %(superiors)s
  and c.submitted = %(submitted)s
  and c.decided = %(decided)s
  and c.position_class is not distinct from %(position_class)s
  and c.delivered is not distinct from %(delivered)s
  and c.fixed_by is not distinct from %(fixed_by)s
  and c.opened is not distinct from %(opened)s
  and c.near is not distinct from %(near)s
  and c.passed is not distinct from %(passed)s
  and (
    -- part owed-on: day = %(today)s
  )
order by c.employee
