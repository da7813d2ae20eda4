-- How far each projection is in each agency, how much it has set aside, and why it has stopped where it has: whoever may
-- not read the reason is told where it stands. A failure counts only where the projection has not moved on since. An
-- agency that no projection has begun has one row.
select
  h.agency,
  h.position as head,
  p.projection,
  coalesce(p.position, 0) as position,
  coalesce(t.at_fault, 0) as at_fault,
  coalesce(t.waiting, 0) as waiting,
  case
    when t.failed_at = p.position and p.position < h.position
      then coalesce(f.reason, 'neraca doctor says why')
  end as stuck,
  case when t.failed_at = p.position and p.position < h.position then t.failed_since end as since
from ledger.positions() h
left join read.positions p
  on p.agency = h.agency
left join read.troubles() t
  on t.agency = p.agency
  and t.projection = p.projection
left join read.failures f
  on f.agency = p.agency
  and f.projection = p.projection
order by h.agency, p.projection
