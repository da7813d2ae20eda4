-- None where there are `most`, or the log does not come so far.
insert into webhook.subscription (agency, id, owner, url, types, secret, made_at, position)
select
  %(agency)s,
  %(id)s,
  %(owner)s,
  %(url)s,
  %(types)s,
  %(secret)s,
  %(now)s,
  coalesce(%(after)s, h.position)
from ledger.heads h
where h.agency = %(agency)s
  and h.position >= coalesce(%(after)s, 0)
  and (
    select count(*)
    from webhook.subscription s
    where s.agency = %(agency)s
  ) < %(most)s
returning position
