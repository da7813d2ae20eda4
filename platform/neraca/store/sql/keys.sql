select r.key
from ledger.requests r
where r.agency = %s
  and starts_with(r.key, %s)
