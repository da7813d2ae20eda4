-- Events of some types in some streams, up to a position.
select e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from ledger.events e
where e.agency = %s
  and e.stream = any(%s)
  and e.type = any(%s)
  and e.position <= %s
order by e.position
