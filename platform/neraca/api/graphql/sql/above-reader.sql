-- Who is above a reader by the roster of today, and the people of the offices that the reader heads today.
with recursive above (employee, place, depth) as (
  select place.supervisor, place.unit, 1
  from read_roster.employees e
  cross join lateral (
    -- part place-of-day: day = %(today)s; retired = e.retired; position = null
  ) place
  where e.agency = %(agency)s
    and e.employee = %(reader)s
    and place.supervisor is not null
  union
  select place.supervisor, place.unit, a.depth + 1
  from above a
  join read_roster.employees e
    on e.agency = %(agency)s
    and e.employee = a.employee
  cross join lateral (
    -- part place-of-day: day = %(today)s; retired = e.retired; position = null
  ) place
  where place.supervisor is not null
    and a.depth < 20
)
select array(select distinct a.employee from above a) as above,
  array(
    select e.employee
    from read_roster.employees e
    cross join lateral (
      -- part place-of-day: day = %(today)s; retired = e.retired; position = null
    ) place
    where e.agency = %(agency)s
      and e.employee in (select l.employee from read_roster.places l where l.agency = %(agency)s and l.unit = any(%(headed)s))
      and place.unit = any(%(headed)s)
  ) as led
