-- Head and events in one statement, so in one snapshot. A row without position comes where there are no events.
select h.position, e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from ledger.heads h
left join ledger.events e
  on e.agency = h.agency
  and e.stream = any(%s)
where h.agency = %s
order by e.position
