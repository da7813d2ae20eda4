-- Null if one of them has not begun.
select case when count(*) = cardinality(%(projections)s::text[]) then min(position) end
from read.positions
where agency = %(agency)s
  and projection = any(%(projections)s::text[])
