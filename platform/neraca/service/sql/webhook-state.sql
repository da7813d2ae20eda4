select
  s.owner,
  s.url,
  s.types,
  case when s.former_until > %(now)s then array[s.secret, s.former_secret] else array[s.secret] end as secrets,
  s.position,
  s.attempts,
  h.position as head,
  webhook.may_follow(s.agency, s.owner, %(now)s) as may_follow
from webhook.subscription s
join ledger.heads h on h.agency = s.agency
where s.agency = %(agency)s
  and s.id = %(id)s
  and s.disabled_at is null
  and s.next_at <= %(now)s
