-- Up to `limit` events, as long as they have `largest` bytes together, and one in any case.
select
  e.position,
  e.stream,
  e.version,
  e.type,
  e.recorded_at,
  e.data
from (
  select
    b.position,
    b.stream,
    b.version,
    b.type,
    b.recorded_at,
    b.data,
    row_number() over w as place,
    sum(case when b.type = any(%(alike)s) then 1000 else octet_length(b.data) end) over w as bytes
  from ledger.events b
  where b.agency = %(agency)s
    and b.position > %(after)s
  window w as (order by b.position rows unbounded preceding)
  order by b.position
  limit %(limit)s
) e
where e.bytes <= %(largest)s
  or e.place = 1
order by e.position
