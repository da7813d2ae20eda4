-- Whose final result for a period, up to a log position or now, rests on facts from before a correction.
select l.employee
from (
  select distinct on (e.employee) e.employee, e.tag, (e.data ->> 'position')::bigint as facts_position
  from read_timeline.events e
  where e.agency = %(agency)s
    and e.employee = any(%(people)s)
    and e.period = %(period)s
    and e.tag = any(array[
      'appraisal.finalised', 'appraisal.joined', 'appraisal.reopened', 'appraisal.cancelled', 'appraisal.cut'
    ])
    and (%(position)s::bigint is null or e.position <= %(position)s)
  order by e.employee, e.position desc
) l
where l.tag in ('appraisal.finalised', 'appraisal.joined')
  and l.facts_position < %(corrected)s
order by l.employee
