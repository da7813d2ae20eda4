-- Head and what came to which stream above a position, in one statement, so in one snapshot. A row without position comes
-- where nothing came.
select h.position, e.position, e.stream, e.version
from ledger.heads h
left join lateral (
  select n.position, n.stream, n.version
  from ledger.events n
  where n.agency = h.agency
    and n.position > %s
  order by n.position
  limit %s
) e on true
where h.agency = %s
order by e.position
