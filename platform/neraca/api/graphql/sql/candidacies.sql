-- Candidacies as they stand, or stood at a position, by kind, period and employee: those of everybody or of one. With
-- `eligible` only those whom a policy makes a candidate, or who were nominated.
with stood as (
  select distinct on (c.kind, c.period, c.employee)
    c.position
  from read_development.candidacies c
  where c.agency = %(agency)s
    and (%(kind)s::text is null or c.kind = %(kind)s)
    and (%(period)s::text is null or c.period = %(period)s)
    and (%(employee)s::text is null or c.employee = %(employee)s)
    and (%(position)s::bigint is null or c.position <= %(position)s)
  order by c.kind, c.period, c.employee, c.position desc
), page as (
  select c.*
  from stood s
  join read_development.candidacies c
    on c.agency = %(agency)s
    and c.position = s.position
  where (not %(eligible)s or c.eligible or c.stage <> 'listed')
  -- part page-of-keys: key = c.kind, c.period, c.employee; downwards = c.kind desc, c.period desc, c.employee desc; above = %(above_kind)s, %(above_period)s, %(above_employee)s; below = %(below_kind)s, %(below_period)s, %(below_employee)s
)
select coalesce(json_agg(json_build_object(
  'agency', p.agency,
  'position', p.position,
  'recorded_at', p.recorded_at,
  'by', p.by,
  'employee', p.employee,
  'kind', p.kind,
  'period', p.period,
  'stage', p.stage,
  'eligible', p.eligible,
  'considered', p.considered,
  'reason', p.reason,
  'answer', p.answer,
  'decree', p.decree,
  'nominated_by', p.nominated_by
) order by p.kind, p.period, p.employee), '[]') as rows
from page p
