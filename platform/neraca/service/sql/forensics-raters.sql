-- Who rated the people of a period by name, as JSON; a column each.
select
  string_agg(uuid_send(c.stream), '') as streams,
  string_agg(c.employee, E'\x1f') as employees,
  string_agg(c.raters::text, E'\x1f') as raters
from read_scores.comparison c
where c.agency = %(agency)s
  and c.period = %(period)s
