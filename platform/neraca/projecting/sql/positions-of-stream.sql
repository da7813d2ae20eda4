select e.position
from ledger.events e
where e.agency = %(agency)s
  and e.stream = %(stream)s
order by e.position
limit %(most)s
