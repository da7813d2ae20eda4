-- How many people have which outcome of those considered for something in a period, now or as of a position; null where
-- the policy gives none.
with stood as (
  select distinct on (c.employee)
    c.outcome
  from read_development.candidacies c
  where c.agency = %(agency)s
    and c.kind = %(kind)s
    and c.period = %(period)s
    and (%(position)s::bigint is null or c.position <= %(position)s)
  order by c.employee, c.position desc
)
select s.outcome, count(*)::int as people
from stood s
group by s.outcome
order by s.outcome
