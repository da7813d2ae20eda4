-- One page of the planned results of people that serve a result: all, or those of the people who are named.
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.result), '[]') as rows
from (
  select r.employee, r.period, r.result, r.title, r.priority, r.perspective, r.targets, r.fixed, to_json(l) as link
  from (
    select s.*
    from (
      -- part serving-result: position = %(position)s
    ) s
    where (%(people)s::text[] is null or s.employee = any(%(people)s))
      and (
        %(after_employee)s::text is null
        or (s.employee, s.period, s.result) > (%(after_employee)s, %(after_period)s::text, %(after_result)s::text)
      )
    order by s.employee, s.period, s.result
    limit %(limit)s
  ) r
  left join lateral (
    -- part linked-result: position = %(position)s
  ) l on true
) n
