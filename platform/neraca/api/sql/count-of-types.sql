select count(*) as total
from ledger.events e
where e.agency = %(agency)s
  and e.position <= %(until)s
  and e.type = any(%(types)s)
