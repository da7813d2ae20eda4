-- What people plan for a year, with what each result serves; only what is approved, if asked.
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.nth), '[]') as rows
from (
  select e.employee, r.*, to_json(l) as link
  from unnest(%(employees)s::text[]) e (employee)
  cross join lateral (
    -- part planned-results: employee = e.employee; year = %(year)s::int
  ) r
  left join lateral (
    -- part linked-result: employee = e.employee; period = r.period; result = r.result
  ) l on true
  where r.fixed or not %(fixed)s
) n
