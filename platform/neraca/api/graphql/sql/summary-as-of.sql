-- Counts what appraisals were at a position, where the summary only counts what they are.
select
  case when %(by_unit)s then place.unit end as unit,
  case when %(by_outcome)s then coalesce(c.predicate, c.status) end as outcome,
  count(*)::int as people
from read_scores.appraisal a
join lateral (
  select c.status, c.predicate
  from read_scores.change c
  where c.agency = a.agency
    and c.stream = a.stream
    and c.position <= %(position)s
  order by c.position desc
  limit 1
) c on true
join lateral (
  select e.data ->> 'unit' as unit
  from read_timeline.events e
  where e.agency = a.agency
    and e.stream = a.stream
    and e.position <= %(position)s
    and e.tag in ('appraisal.opened', 'appraisal.reassigned')
  order by e.version desc
  limit 1
) place on true
where a.agency = %(agency)s
  and a.period = %(period)s
  and c.status <> 'cancelled'
group by 1, 2
order by 1, 2
