-- The goals of the region that hold for a year.
select goal ->> 'id'
from (
  select distinct on (m.first_year) m.*
  from read_cascade.mission m
  where m.agency = %(agency)s
  order by m.first_year, m.position desc
) m
cross join lateral jsonb_array_elements(m.missions) mission
cross join lateral jsonb_array_elements(mission -> 'goals') goal
where %(year)s between m.first_year and m.last_year
