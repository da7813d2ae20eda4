-- What people plan for a year, with what each result serves; only what is approved, if asked.
select coalesce(json_agg(row_to_json(n) order by n.employee, n.period, n.nth), '[]') as rows
from (
  select r.employee, r.period, r.nth, r.result, r.title, r.priority, r.perspective, r.targets, r.fixed, to_json(l) as link
  from (
    -- part planned: columns = p.employee, p.period, p.nth, p.result, p.title, p.priority, p.perspective, p.targets, p.fixed, p.planned, p.linked, p.serves_node; which = p.employee = any(%(employees)s) and p.year = %(year)s; position = %(position)s
  ) r
  left join lateral (
    -- part linked-result: position = %(position)s
  ) l on true
  where r.planned
    and (r.fixed or not %(fixed)s)
) n
