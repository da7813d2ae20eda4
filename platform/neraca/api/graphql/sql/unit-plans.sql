-- One page of the plans of units for a year, as the log was at a position, or as they stand; of some units only, if named.
select coalesce(json_agg(row_to_json(u) order by u.unit), '[]') as rows
from (
  select distinct on (p.unit) p.*
  from read_cascade.unit_plan p
  where p.agency = %(agency)s
    and p.year = %(year)s
    and (%(position)s::bigint is null or p.position <= %(position)s)
    and (%(units)s::text[] is null or p.unit = any(%(units)s))
    and (%(after)s::text is null or p.unit > %(after)s)
  order by p.unit, p.position desc
  limit %(limit)s
) u
