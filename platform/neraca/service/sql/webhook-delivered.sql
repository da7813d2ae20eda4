-- Of nobody who meanwhile asked for it from an earlier position.
with moved as (
  update webhook.subscription s
  set
    position = %(position)s,
    attempts = 0,
    next_at = '-infinity',
    trouble = null
  where s.agency = %(agency)s
    and s.id = %(id)s
    and s.position = %(before)s
  returning s.agency, s.id
),
once_dead as (
  delete from webhook.dead_letter d
  using moved m
  where d.agency = m.agency
    and d.subscription = m.id
    and d.position = %(position)s
)
select %(position)s::bigint
from moved m
