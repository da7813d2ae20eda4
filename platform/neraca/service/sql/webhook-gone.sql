update webhook.subscription s
set
  disabled_at = %(now)s,
  trouble = %(trouble)s
where s.agency = %(agency)s
  and s.id = %(id)s
returning s.position
