-- What the final results of some people in some periods have of their indicators and nodes.
select
  a.employee,
  a.period,
  a.nodes,
  (a.final ->> 'position')::bigint as result
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.employee = any(%(people)s)
  and a.period = any(%(periods)s)
  and a.status = 'final'
  and a.final is not null
