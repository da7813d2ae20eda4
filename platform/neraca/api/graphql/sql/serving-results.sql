-- One page of the planned results of people that serve a result: all, or those of the people who are named.
with serving as (
  select l.employee, l.period, l.result, l.position
  from read_cascade.link l
  where l.agency = %(agency)s
    and l.serves_unit = %(unit)s
    and l.year = %(year)s
    and l.serves = %(result)s
  union all
  select l.employee, l.period, l.result, l.position
  from read_cascade.link l
  where l.agency = %(agency)s
    and l.serves_employee = %(employee)s
    and l.serves_period = %(period)s
    and l.serves = %(result)s
)
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.result), '[]') as rows
from (
  select s.employee, r.*, to_json(l) as link
  from serving s
  join lateral (
    select r.*
    from (
      -- part planned-results: employee = s.employee; year = left(s.period, 4)::int
    ) r
    where r.period = s.period
      and r.result = s.result
  ) r on true
  join lateral (
    -- part linked-result: employee = s.employee; period = s.period; result = s.result
  ) l on l.position = s.position
  where (%(people)s::text[] is null or s.employee = any(%(people)s))
    and (
      %(after_employee)s::text is null
      or (s.employee, s.period, s.result) > (%(after_employee)s, %(after_period)s::text, %(after_result)s::text)
    )
  order by s.employee, s.period, s.result
  limit %(limit)s
) n
