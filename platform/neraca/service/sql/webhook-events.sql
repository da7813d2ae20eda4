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
  and e.position <= %(until)s
  and (%(types)s::text[] is null or e.type = any(%(types)s))
order by e.position
limit %(limit)s
