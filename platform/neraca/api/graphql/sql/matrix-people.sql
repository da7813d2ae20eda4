-- One page of those directly below somebody today, by number.
select e.employee, e.name
from (
  -- part employee-on: day = %(today)s
  where e.agency = %(agency)s
    and e.employee in (select l.employee from read_roster.places l where l.agency = %(agency)s and l.supervisor = %(employee)s)
    and place.supervisor = %(employee)s
    and (e.retired is null or e.retired >= %(today)s)
    and (%(after)s::text is null or e.employee > %(after)s)
  order by e.employee
  limit %(limit)s
) e
order by e.employee
