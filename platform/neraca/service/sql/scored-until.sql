-- The log position that the scores of an agency have passed.
select p.position
from read.positions p
where p.agency = %(agency)s
  and p.projection = 'scores'
