select position, stream, version, type, data, recorded_at
from ledger.events
where agency = %s
  and position > %s
order by position
limit %s
