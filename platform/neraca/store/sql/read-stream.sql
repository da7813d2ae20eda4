-- Named and read as in passed-since.sql.
select e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from set_config('neraca.agency', %s, true) as named (agency)
cross join lateral (
  select n.position, n.stream, n.version, n.type, n.data, n.recorded_at
  from ledger.events n
  where n.agency = named.agency
    and n.stream = %s
    and n.version > %s
    and n.version <= %s
  order by n.version
  limit %s
) e
order by e.version
