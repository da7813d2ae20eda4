select
  count(*) over () as "?all",
  {columns} as "?columns",
  case
    when t.agency is null then 'live'
    when h.agency is null then 'log'
  end as "?only",
  {position} as "?position",
  {employee} as "?employee",
  {keys}
-- Each side's agency is chosen before the join: chosen after it, a row that one side lacks would be lost.
from (
  select *
  from {here}
  where agency = %(agency)s
) h
full join (
  select *
  from {there}
  where agency = %(agency)s
) t
  using ({keys})
where ({here_values}) is distinct from ({there_values})
order by {keys}
limit %(most)s
