-- When the last event up to a position was recorded.
select max(e.recorded_at) as recorded_at
from (
  select e.recorded_at
  from ledger.events e
  where e.agency = %(agency)s
    and e.position <= %(position)s
  order by e.position desc
  limit 1
) e
