-- A final result, if there is any, has the most to be asked about.
select a.employee, a.period, a.score, a.predicate
from read_scores.appraisal a
where a.agency = %s
  and a.status <> 'cancelled'
order by (a.status = 'final') desc, a.period, a.employee
limit 1
