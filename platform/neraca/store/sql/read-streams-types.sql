-- Events of some types in some streams, up to a position; named and read as in passed-since.sql, and stream by stream as
-- in read-newer.sql.
select e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from set_config('neraca.agency', %s, true) as named (agency)
cross join unnest(%s) as wanted (stream)
cross join lateral (
  select n.position, n.stream, n.version, n.type, n.data, n.recorded_at
  from ledger.events n
  where n.agency = named.agency
    and n.stream = wanted.stream
    and n.type = any(%s)
    and n.position <= %s
  offset 0
) e
order by e.position
