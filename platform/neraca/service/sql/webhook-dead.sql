select
  d.position,
  d.reason,
  d.died_at,
  d.again
from webhook.dead_letter d
where d.agency = %(agency)s
  and d.subscription = %(id)s
  and d.position > %(after)s
order by d.position
limit %(limit)s
