-- One page of what people of an office, or of all, plan for a year and serves nothing: never linked, or to what is gone.
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.result), '[]') as rows
from (
  select e.employee, r.*, to_json(l) as link
  from (
    -- part employee-on: day = %(today)s
    where e.agency = %(agency)s
      and (%(after_employee)s::text is null or e.employee >= %(after_employee)s)
      and (%(units)s::text[] is null or place.unit = any(%(units)s))
      and (e.retired is null or e.retired >= %(today)s)
  ) e
  cross join lateral (
    -- part planned-results: employee = e.employee; year = %(year)s::int
  ) r
  left join lateral (
    -- part linked-result: employee = e.employee; period = r.period; result = r.result
  ) l on true
  where l.there is not true
    and (
      %(after_employee)s::text is null
      or (e.employee, r.period, r.result) > (%(after_employee)s, %(after_period)s::text, %(after_result)s::text)
    )
  order by e.employee, r.period, r.result
  limit %(limit)s
) n
