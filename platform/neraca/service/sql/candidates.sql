-- How everybody stands who is considered for something in a period.
select
  c.employee,
  c.stage,
  c.outcome,
  c.eligible,
  (c.considered ->> 'score')::numeric as score,
  c.considered -> 'policy' ->> 'id' as policy_id,
  (c.considered -> 'policy' ->> 'version')::int as policy_version,
  c.considered ->> 'blocked' as blocked,
  c.nominated_by,
  c.reason,
  c.decree,
  c.position
from (
  select distinct on (one.employee) one.*
  from read_development.candidacies one
  where one.agency = %(agency)s
    and one.kind = %(kind)s
    and one.period = %(period)s
  order by one.employee, one.position desc
) c
order by score desc nulls last, c.employee
