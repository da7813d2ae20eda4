select
  s.agency,
  s.projection,
  s.position,
  s.tag,
  s.reason,
  (
    select count(*)
    from read.set_aside w
    where w.agency = s.agency
      and w.projection = s.projection
      and w.waits_for = s.position
  ) as waiting
from read.set_aside s
where s.waits_for is null
order by s.agency, s.position, s.projection
