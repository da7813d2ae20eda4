-- Not `like`, to which an underscore in a prefix is any letter.
select r.key
from ledger.requests r
where r.agency = %s
  and starts_with(r.key, %s)
