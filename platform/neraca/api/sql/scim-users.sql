-- A page of the numbers of who is on the roster, and how many there are; who leaves on a day is active no more on it.
with matching as (
  select p.employee
  from (
    -- part employee-on: day = %(today)s; position = null
    where e.agency = %(agency)s
      -- with of_number
      and e.employee = %(number)s
      -- end
  ) p
  where true
    -- with of_unit
    and p.unit = %(unit)s
    -- end
    -- with of_supervisor
    and p.supervisor = %(supervisor)s
    -- end
    -- with of_active
    and (p.retired is null or p.retired > %(today)s) = %(active)s
    -- end
)
select
  (select count(*) from matching) as total,
  array(select employee from matching order by employee collate "C" offset %(skip)s limit %(limit)s) as numbers
