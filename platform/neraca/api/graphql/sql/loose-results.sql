-- One page of what people of an office, or of all, plan for a year and serves nothing: never linked, or to what is gone.
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.result), '[]') as rows
from (
  select r.employee, r.period, r.result, r.title, r.priority, r.perspective, r.targets, r.fixed, to_json(l) as link
  from (
    select s.employee
    from (
      -- part serving: day = %(today)s; position = %(position)s
    ) s
    where (%(after_employee)s::text is null or s.employee >= %(after_employee)s)
      and (%(units)s::text[] is null or s.unit = any(%(units)s))
    order by s.employee
  ) e
  cross join lateral (
    -- part planned: columns = p.employee, p.period, p.nth, p.result, p.title, p.priority, p.perspective, p.targets, p.fixed, p.planned, p.linked, p.serves_node; which = p.employee = e.employee and p.year = %(year)s; position = %(position)s
  ) r
  left join lateral (
    -- part linked-result: position = %(position)s
  ) l on true
  where r.planned
    and l.there is not true
    and (
      %(after_employee)s::text is null
      or (e.employee, r.period, r.result) > (%(after_employee)s, %(after_period)s::text, %(after_result)s::text)
    )
  order by e.employee, r.period, r.result
  limit %(limit)s
) n
