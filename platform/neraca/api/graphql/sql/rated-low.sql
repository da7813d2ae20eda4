-- Whose final result of a period has one of these predicates, in a unit or in all, as it is or was at a position; those
-- of cancelled appraisals and of results that were opened again are none.
select
  a.employee,
  a.unit,
  c.predicate,
  c.position
from read_scores.appraisal a
join lateral (
  select c.status, c.predicate, c.position
  from read_scores.change c
  where c.agency = a.agency
    and c.stream = a.stream
    and (%(position)s::bigint is null or c.position <= %(position)s)
  order by c.position desc
  limit 1
) c on c.status = 'final'
where a.agency = %(agency)s
  and a.period = %(period)s
  and (%(unit)s::text is null or a.unit = %(unit)s)
  and c.predicate = any(%(low)s)
order by a.employee
