-- One page of employees as the roster has them today, or had them at a position: everyone, or the reader and those who
-- report to the reader today.
with matching as not materialized (
  -- part employee-on: day = %(day)s; position = %(position)s
  where e.agency = %(agency)s
    and (
      %(reader)s::text is null
      or e.employee = %(reader)s
      or e.employee = any(%(below)s)
    )
    and (%(unit)s::text is null or place.unit = %(unit)s)
    and (%(employee)s::text is null or e.employee = %(employee)s)
), page as (
  select m.*
  from matching m
  where %(after)s::text is null
    or m.employee > %(after)s
  order by m.employee
  limit %(limit)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  (select coalesce(json_agg(row_to_json(p) order by p.employee), '[]') from page p) as rows
