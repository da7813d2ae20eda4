-- What was planned or linked, of those that {which} tells: as the log was at a position, or as it is now.
select {columns}
from read_cascade.planned p
where {position}::bigint is null
  and p.agency = %(agency)s
  and {which}
union all
select {columns}
from read_cascade.planned_then p
where p.agency = %(agency)s
  and p.position <= {position}
  and (p.until is null or p.until > {position})
  and {which}
