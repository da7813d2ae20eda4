-- The changes of a plan that were proposed, in order of the log: of the plan of the year for a period, or of an appraisal's.
select coalesce(json_agg(row_to_json(c) order by c.position), '[]') as rows
from read_cascade.plan_change c
where c.agency = %(agency)s
  and ((c.stream = %(year)s and c.period = %(period)s) or (c.stream = %(appraisal)s and c.period = ''))
