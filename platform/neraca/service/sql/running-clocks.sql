-- What runs in an agency, the same days and the same tellings together: few groups, however many people there are.
select
  c.period,
  c.kind,
  c.since,
  c.starts,
  c.ends,
  c.began,
  c.superiors,
  c.submitted,
  c.decided,
  c.position_class,
  c.delivered,
  c.fixed_by,
  c.opened,
  c.near,
  c.passed
from read_clocks.clock c
where c.agency = %(agency)s
  and c.ended is null
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
