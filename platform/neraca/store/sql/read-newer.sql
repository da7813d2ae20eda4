-- Of each stream the events above the version that is known, in one snapshot; named and read as in passed-since.sql.
-- Stream by stream, for a join may be planned as a look at all events of the agency where nothing was counted of them
-- yet; `offset 0` keeps it so.
select e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from set_config('neraca.agency', %s, true) as named (agency)
cross join unnest(%s, %s) as known (stream, version)
cross join lateral (
  select n.position, n.stream, n.version, n.type, n.data, n.recorded_at
  from ledger.events n
  where n.agency = named.agency
    and n.stream = known.stream
    and n.version > known.version
  offset 0
) e
order by e.position
