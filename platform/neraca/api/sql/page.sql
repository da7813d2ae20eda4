select
  e.position,
  e.stream,
  e.version,
  e.type,
  e.recorded_at,
  e.data
from ledger.events e
where e.agency = %(agency)s
  and e.position > %(after)s
order by e.position
limit %(limit)s
