-- What a planned result of somebody serves, as it was linked last, and whether that is there and approved.
select l.serves, l.serves_employee, l.serves_period, l.serves_unit, l.kind, l.target, l.share::text as share, l.day, l.reason, l.position,
  case
    when l.serves_unit is not null then exists (
      select
      from (
        select p.fixed, p.results
        from read_cascade.unit_plan p
        where p.agency = l.agency
          and p.year = l.year
          and p.unit = l.serves_unit
        order by p.position desc
        limit 1
      ) u
      cross join lateral jsonb_array_elements(u.results) r
      where u.fixed
        and r ->> 'id' = l.serves
    )
    else exists (
      select
      from (
        -- part planned-results: employee = l.serves_employee; year = left(l.serves_period, 4)::int
      ) s
      where s.fixed
        and s.period = l.serves_period
        and s.result = l.serves
    )
  end as there
from (
  select l.*
  from read_cascade.link l
  where l.agency = %(agency)s
    and l.employee = {employee}
    and l.period = {period}
    and l.result = {result}
  order by l.position desc
  limit 1
) l
where l.serves is not null
