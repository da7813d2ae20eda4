-- Whose appraisals for a period, class and days have nobody assigned to rate, by employee.
select c.employee
from read_clocks.clock c
where c.agency = %(agency)s
  and c.ended is null
  and c.kind = %(evaluation)s
  and c.period = %(period)s
  and c.ends = %(ends)s
  and c.position_class is not distinct from %(position_class)s
  and not exists (
    select
    from read_clocks.clock r
    where r.agency = c.agency
      and r.stream = c.stream
      and r.kind = %(rating)s
      and r.ended is null
  )
order by c.employee
