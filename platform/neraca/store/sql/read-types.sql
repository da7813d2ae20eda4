-- There is no index on type: each append would pay for it, and this is asked rarely.
select position, stream, version, type, data, recorded_at
from ledger.events
where agency = %s
  and position > %s
  and type = any(%s)
order by position
limit %s
