update webhook.dead_letter d
set
  again = false,
  reason = %(trouble)s,
  died_at = %(now)s
where d.agency = %(agency)s
  and d.subscription = %(id)s
  and d.position = %(position)s
returning d.position
