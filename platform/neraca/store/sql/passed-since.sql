-- Head and what came to which stream above a position, in one statement, so in one snapshot. A row without position comes
-- where nothing came. The agency is named in the same statement, which spares a transaction around it: the lateral
-- argument makes set_config come first, and were it ever otherwise, no row of any agency would be seen.
select h.position, e.position, e.stream, e.version
from set_config('neraca.agency', %s, true) as named (agency)
cross join lateral (
  select g.agency, g.position
  from ledger.heads g
  where g.agency = named.agency
) h
left join lateral (
  select n.position, n.stream, n.version
  from ledger.events n
  where n.agency = h.agency
    and n.position > %s
  order by n.position
  limit %s
) e on true
order by e.position
