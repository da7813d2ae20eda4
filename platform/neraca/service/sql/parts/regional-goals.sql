-- The goals of the region that hold for a year, as the log was at a position, or as it is now.
select g.value ->> 'id' as goal
from (
  select distinct on (m.first_year) m.first_year, m.last_year, m.missions
  from read_cascade.mission m
  where m.agency = %(agency)s
    and ({position}::bigint is null or m.position <= {position})
  order by m.first_year, m.position desc
) m
cross join lateral jsonb_array_elements(m.missions) a (value)
cross join lateral jsonb_array_elements(a.value -> 'goals') g (value)
where {year} between m.first_year and m.last_year
