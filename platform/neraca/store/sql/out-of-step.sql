-- Events that were not recorded when the request was that brought them.
select e.position, e.recorded_at, r.recorded_at
from ledger.requests r
join ledger.events e
  on e.agency = r.agency
  and e.position between r.position_first and r.position_last
where r.agency = %s
  and e.recorded_at <> r.recorded_at
order by e.position
