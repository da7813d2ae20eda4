-- What people plan that serves a result, of a unit or of a person, as the log was at a position, or as it is now.
select r.*
from (select %(unit)s::text as unit) u
left join read_cascade.planned n
  on n.agency = %(agency)s
  and n.employee = %(employee)s
  and n.period = %(period)s
  and n.result = %(result)s
cross join lateral (
  -- part planned: columns = p.employee, p.period, p.nth, p.result, p.title, p.priority, p.perspective, p.targets, p.fixed, p.planned, p.linked, p.serves_node, p.serves_unit, p.serves, p.year; which = p.node in (select t.node from read_cascade.planned_then t where t.agency = %(agency)s and (t.serves_node = n.node or (t.serves_unit = u.unit and t.year = %(year)s and t.serves = %(result)s))); position = {position}
) r
where r.planned
  and (r.serves_node = n.node or (r.serves_unit = u.unit and r.year = %(year)s and r.serves = %(result)s))
