-- Whose final result of a period has one of these predicates, of one unit or of all.
select
  a.unit,
  a.employee,
  a.predicate,
  (a.final ->> 'position')::bigint as result
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.period = %(period)s
  and (%(unit)s::text is null or a.unit = %(unit)s)
  and a.status = 'final'
  and a.predicate = any(%(low)s)
order by a.unit, a.employee
