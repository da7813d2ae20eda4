select
  e.position,
  e.stream,
  e.version,
  e.type,
  e.recorded_at,
  e.data
from webhook.dead_letter d
join ledger.events e
  on e.agency = d.agency
  and e.position = d.position
where d.agency = %(agency)s
  and d.subscription = %(id)s
  and d.again
order by d.position
limit %(limit)s
