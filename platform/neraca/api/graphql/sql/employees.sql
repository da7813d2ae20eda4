-- One page of employees as the roster has them today, or had them at a position: everyone, or the reader and those who
-- report to the reader today.
with found as not materialized (
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
    -- with of_employment_type
    and e.employment_type = %(employment_type)s
    -- end
), matching as not materialized (
  select
    -- with by_name
    f.name as key,
    -- end
    -- with by_changed
    f.log_position as key,
    -- end
    f.*
  from found f
  where true
    -- with of_position_class
    and f.position_class = %(position_class)s
    -- end
    -- with of_supervisor
    and f.supervisor = %(supervisor)s
    -- end
), page as (
  select m.*
  from matching m
  where true
  -- with above
  and (
    -- with keyed
    m.key,
    -- end
    m.employee
  ) > (
    -- with keyed
    %(above_key)s,
    -- end
    %(above_employee)s
  )
  -- end
  -- with below
  and (
    -- with keyed
    m.key,
    -- end
    m.employee
  ) < (
    -- with keyed
    %(below_key)s,
    -- end
    %(below_employee)s
  )
  -- end
  order by
    -- with upwards
    -- with keyed
    m.key,
    -- end
    m.employee
    -- end
    -- with downwards
    -- with keyed
    m.key desc,
    -- end
    m.employee desc
    -- end
  limit %(limit)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  (
    select coalesce(
      json_agg(
        row_to_json(p)
        order by
          -- with keyed
          p.key,
          -- end
          p.employee
      ),
      '[]'
    )
    from page p
  ) as rows
