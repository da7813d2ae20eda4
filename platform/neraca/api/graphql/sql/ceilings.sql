-- Ceilings of the allowance in the order in which they were recorded, now or as of a position.
select coalesce(json_agg(json_build_object(
  'position', c.position,
  'recorded_at', c.recorded_at,
  'by', c.by,
  'since', c.since,
  'post', c.post,
  'position_class', c.position_class,
  'career_level', c.career_level,
  'work_load', c.work_load::text,
  'achievement', c.achievement::text,
  'conditions', c.conditions::text,
  'scarcity', c.scarcity::text,
  'amount', (c.work_load + c.achievement + c.conditions + c.scarcity)::text,
  'basis', c.basis,
  'withdrawn', c.withdrawn
) order by c.position), '[]') as rows
from read_remuneration.ceilings c
where c.agency = %(agency)s
  and (%(position)s::bigint is null or c.position <= %(position)s)
