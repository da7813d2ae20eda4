-- One page of employees as the roster has them today, or had them at a position: everyone, or the reader and those who
-- report to the reader today.
with matching as not materialized (
  -- part employee-on: day = %(day)s; position = %(position)s
  where e.agency = %(agency)s
    -- with of_reader
    and (e.employee = %(reader)s or e.employee = any(%(below)s))
    -- end
    -- with of_unit
    and place.unit = %(unit)s
    -- end
    -- with of_employee
    and e.employee = %(employee)s
    -- end
), page as (
  select m.*
  from matching m
  -- with after
  where m.employee > %(after)s
  -- end
  order by m.employee
  limit %(limit)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  (select coalesce(json_agg(row_to_json(p) order by p.employee), '[]') from page p) as rows
