delete from webhook.subscription s
where s.agency = %(agency)s
  and s.id = %(id)s
  and (%(owner)s::text is null or s.owner = %(owner)s)
returning s.id
