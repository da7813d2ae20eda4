-- Past events of which the projection wants none. Where somebody is at work on it, or it was built anew, nothing is
-- moved.
update read.positions p
set position = %(to)s
from (
  select agency, projection
  from read.positions
  where agency = %(agency)s
    and projection = %(projection)s
    and position = %(from)s
    and generation = %(generation)s
    and digest = %(digest)s
  for update skip locked
) free
where p.agency = free.agency
  and p.projection = free.projection
