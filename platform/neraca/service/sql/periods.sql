-- The periods an agency has appraisals of, the latest first, with how many people are in them. Those in which all was
-- joined from parts have no facts of their own to be judged: the parts are there instead.
select
  a.period,
  count(*) as people,
  bool_or(a.status = 'final') as final
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status <> 'cancelled'
group by a.period
having not bool_and(
  exists (
    select
    from read_scores.change c
    where c.agency = a.agency
      and c.stream = a.stream
      and c.tag = 'appraisal.joined'
  )
)
order by max(a.ends) desc, a.period desc
