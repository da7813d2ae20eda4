update webhook.subscription s
set
  former_secret = s.secret,
  former_until = %(until)s,
  secret = %(secret)s
where s.agency = %(agency)s
  and s.id = %(id)s
  and (%(owner)s::text is null or s.owner = %(owner)s)
returning s.former_until
