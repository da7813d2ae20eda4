delete from webhook.dead_letter d
where d.agency = %(agency)s
  and d.subscription = %(id)s
  and d.position = %(position)s
returning d.position
