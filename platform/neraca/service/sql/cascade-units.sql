-- The results in plans of units for a year as they stand, in order of the plan.
select u.unit, u.status, r.value ->> 'id', r.value ->> 'title', r.value ->> 'goal', r.value -> 'above' ->> 'unit',
  r.value -> 'above' ->> 'result'
from (
  select distinct on (p.unit) p.unit, p.status, p.fixed, p.results
  from read_cascade.unit_plan p
  where p.agency = %(agency)s
    and p.year = %(year)s
  order by p.unit, p.position desc
) u
cross join lateral jsonb_array_elements(u.results) with ordinality r (value, nth)
order by u.unit, r.nth
