-- A final result, if there is any, has the most to be asked about; a year over its periods leads to theirs.
select a.employee, a.period, a.score, a.predicate, a.appraiser
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status <> 'cancelled'
order by (a.status = 'final') desc, length(a.period) desc, a.period, a.employee
limit 1
