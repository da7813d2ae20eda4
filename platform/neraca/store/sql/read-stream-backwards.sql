select position, stream, version, type, data, recorded_at
from ledger.events
where agency = %s
  and stream = %s
  and version > %s
  and version <= %s
order by version desc
limit %s
