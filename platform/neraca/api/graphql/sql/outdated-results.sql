-- Whose final result for a period rests on facts from before a position, of these people.
select a.employee
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.employee = any(%(people)s)
  and a.stage in ('final', 'objected')
  and (a.final ->> 'facts_position')::bigint < %(position)s
order by a.employee
