select
  s.id,
  s.owner,
  s.url,
  s.types,
  s.made_at,
  s.position,
  s.attempts,
  nullif(s.next_at, '-infinity') as next_at,
  s.trouble,
  s.disabled_at,
  (
    select count(*)
    from webhook.dead_letter d
    where d.agency = s.agency
      and d.subscription = s.id
  ) as dead
from webhook.subscription s
where s.agency = %(agency)s
  and (%(owner)s::text is null or s.owner = %(owner)s)
order by s.made_at, s.id
