-- One page of those directly below somebody on a day as the log is now, or was at a position, by number.
select e.employee, e.name
from (
  -- part employee-on: day = %(today)s; position = %(position)s
  where e.agency = %(agency)s
    and e.employee in (select l.employee from read_roster.places l where l.agency = %(agency)s and l.supervisor = %(employee)s)
    and place.supervisor = %(employee)s
    and (service.last_day is null or service.last_day >= %(today)s)
    -- with after
    and e.employee > %(after)s
    -- end
  order by e.employee
  limit %(limit)s
) e
order by e.employee
