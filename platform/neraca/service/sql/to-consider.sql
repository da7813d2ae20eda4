-- Whom a policy may make something of by their final result of a period, of one unit or of all.
select a.employee, a.unit, coalesce(a.position_class, '') as position_class
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.period = %(period)s
  and (%(unit)s::text is null or a.unit = %(unit)s)
  and a.status = 'final'
order by a.employee
