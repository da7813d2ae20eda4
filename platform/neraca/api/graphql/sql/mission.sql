-- The vision and missions of the region for a year, as the log was at a position, or as they stand.
select coalesce(
  (
    select row_to_json(m)
    from (
      select distinct on (m.first_year) m.*
      from read_cascade.mission m
      where m.agency = %(agency)s
        and (%(position)s::bigint is null or m.position <= %(position)s)
      order by m.first_year, m.position desc
    ) m
    where %(year)s between m.first_year and m.last_year
  ),
  'null'
) as row
