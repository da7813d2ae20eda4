-- Head and events in one statement, so in one snapshot. A row without position comes where there are no events. Named and
-- read as in passed-since.sql, and stream by stream as in read-newer.sql.
select h.position, e.position, e.stream, e.version, e.type, e.data, e.recorded_at
from set_config('neraca.agency', %s, true) as named (agency)
cross join lateral (
  select g.agency, g.position
  from ledger.heads g
  where g.agency = named.agency
) h
left join lateral (
  select n.position, n.stream, n.version, n.type, n.data, n.recorded_at
  from unnest(%s) as wanted (stream)
  cross join lateral (
    select o.position, o.stream, o.version, o.type, o.data, o.recorded_at
    from ledger.events o
    where o.agency = h.agency
      and o.stream = wanted.stream
    offset 0
  ) n
) e on true
order by e.position
