-- The periods an agency has appraisals of, the latest first, with how many people are in them.
select
  a.period,
  count(*) as people,
  bool_or(a.status = 'final') as final
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status <> 'cancelled'
group by a.period
order by max(a.ends) desc, a.period desc
