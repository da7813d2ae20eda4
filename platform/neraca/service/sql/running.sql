-- The appraisals of an agency that are not final, by period and class of position, and how many have a score.
select
  a.period,
  a.position_class,
  count(*) as people,
  count(*) filter (where a.status = 'provisional') as scored
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status in ('provisional', 'blocked')
group by a.period, a.position_class
order by a.period, a.position_class
