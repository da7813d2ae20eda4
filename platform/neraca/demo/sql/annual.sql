-- Of an agency that appraises shorter periods, a whole year is an annual evaluation.
select a.employee, a.period, a.score, a.predicate, a.appraiser
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status = 'final'
  and length(a.period) = 4
order by a.employee
limit 1
