-- Ceilings of the allowance in the order in which they were set or withdrawn.
select
  c.position,
  c.withdrawn,
  c.since,
  c.post,
  c.position_class,
  c.career_level,
  c.work_load,
  c.achievement,
  c.conditions,
  c.scarcity
from read_remuneration.ceilings c
where c.agency = %(agency)s
order by c.position
