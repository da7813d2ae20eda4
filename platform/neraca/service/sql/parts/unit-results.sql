-- The results in plans of units for a year, as the log was at a position, or as it is now.
select u.unit, u.status, u.fixed, r.nth, r.value ->> 'id' as result, r.value ->> 'title' as title,
  r.value ->> 'goal' as goal, r.value -> 'above' ->> 'unit' as above_unit, r.value -> 'above' ->> 'result' as above_result
from (
  select distinct on (p.unit) p.unit, p.status, p.fixed, p.results
  from read_cascade.unit_plan p
  where p.agency = %(agency)s
    and p.year = {year}
    and ({position}::bigint is null or p.position <= {position})
  order by p.unit, p.position desc
) u
cross join lateral jsonb_array_elements(u.results) with ordinality r (value, nth)
