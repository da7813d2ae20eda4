-- A page of the numbers of who is on the roster, and how many there are; who leaves on a day is active no more on it.
with matching as (
  select p.employee
  from (
    -- part employee-on: day = %(today)s
    where e.agency = %(agency)s
      and (%(number)s::text is null or e.employee = %(number)s)
  ) p
  where (%(unit)s::text is null or p.unit = %(unit)s)
    and (%(supervisor)s::text is null or p.supervisor = %(supervisor)s)
    and (%(active)s::boolean is null or (p.retired is null or p.retired > %(today)s) = %(active)s)
)
select
  (select count(*) from matching) as total,
  array(select employee from matching order by employee collate "C" offset %(skip)s limit %(limit)s) as numbers
