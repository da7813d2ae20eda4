with moved as (
  update webhook.subscription s
  set
    position = %(position)s,
    attempts = 0,
    next_at = '-infinity',
    trouble = %(trouble)s
  where s.agency = %(agency)s
    and s.id = %(id)s
    and s.position = %(before)s
  returning s.agency, s.id
)
insert into webhook.dead_letter (agency, subscription, position, reason, died_at)
select
  m.agency,
  m.id,
  %(position)s,
  %(trouble)s,
  %(now)s
from moved m
on conflict (agency, subscription, position) do update set
  reason = excluded.reason,
  died_at = excluded.died_at,
  again = false
returning position
