-- Of each stream the events above the version that is known, in one snapshot.
select e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from unnest(%s, %s) as known (stream, version)
join ledger.events e
  on e.agency = %s
  and e.stream = known.stream
  and e.version > known.version
order by e.position
