-- How far each projection is in each agency, what it has set aside, and why it has stopped where it has. A failure
-- counts only where the projection has not moved on since. An agency that no projection has begun has one row.
select
  h.agency,
  h.position as head,
  p.projection,
  coalesce(p.position, 0) as position,
  coalesce(a.at_fault, 0) as at_fault,
  coalesce(a.waiting, 0) as waiting,
  f.reason as stuck,
  f.noted_at as since
from ledger.positions() h
left join read.positions p
  on p.agency = h.agency
left join (
  select
    s.agency,
    s.projection,
    count(*) filter (where s.waits_for is null) as at_fault,
    count(*) filter (where s.waits_for is not null) as waiting
  from read.set_aside s
  group by s.agency, s.projection
) a
  on a.agency = p.agency
  and a.projection = p.projection
left join read.failures f
  on f.agency = p.agency
  and f.projection = p.projection
  and f.position = p.position
  and p.position < h.position
order by h.agency, p.projection
