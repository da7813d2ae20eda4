update webhook.subscription s
set
  attempts = s.attempts + 1,
  next_at = %(next_at)s,
  trouble = %(trouble)s
where s.agency = %(agency)s
  and s.id = %(id)s
  and s.position = %(before)s
returning s.position
