-- What everybody who serves today plans for a year, with what each result was linked to last.
select e.employee, e.unit, r.period, r.result, r.title, r.fixed, l.serves, l.serves_employee, l.serves_period, l.serves_unit, l.kind
from (
  -- part employee-on: day = %(today)s
  where e.agency = %(agency)s
    and (e.retired is null or e.retired >= %(today)s)
) e
cross join lateral (
  -- part planned-results: employee = e.employee; year = %(year)s::int
) r
left join lateral (
  select l.serves, l.serves_employee, l.serves_period, l.serves_unit, l.kind
  from read_cascade.link l
  where l.agency = e.agency
    and l.employee = e.employee
    and l.period = r.period
    and l.result = r.result
  order by l.position desc
  limit 1
) l on true
order by e.unit, e.employee, r.period, r.nth
