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
left join (
  -- All of the year in one go: to look for each by itself took longer than the rest.
  select distinct on (l.employee, l.period, l.result)
    l.employee, l.period, l.result, l.serves, l.serves_employee, l.serves_period, l.serves_unit, l.kind
  from read_cascade.link l
  where l.agency = %(agency)s
    and l.year = %(year)s
  order by l.employee, l.period, l.result, l.position desc
) l
  on l.employee = e.employee
  and l.period = r.period
  and l.result = r.result
order by e.unit, e.employee, r.period, r.nth
