-- What a planned result `r` of somebody serves, as it was linked last, and whether that is there and approved.
select l.serves, l.serves_employee, l.serves_period, l.serves_unit, l.kind, l.target, l.share::text as share, l.day, l.reason, l.position,
  case
    when l.serves_unit is not null then exists (
      select
      from (
        select u.fixed, u.results
        from read_cascade.unit_plan u
        where u.agency = l.agency
          and u.year = l.year
          and u.unit = l.serves_unit
          and ({position}::bigint is null or u.position <= {position})
        order by u.position desc
        limit 1
      ) u
      cross join lateral jsonb_array_elements(u.results) e
      where u.fixed
        and e ->> 'id' = l.serves
    )
    else exists (
      select
      from (
        -- part planned: columns = p.planned, p.fixed; which = p.node = r.serves_node; position = {position}
      ) s
      where s.planned
        and s.fixed
    )
  end as there
from read_cascade.link l
where l.agency = %(agency)s
  and l.employee = r.employee
  and l.period = r.period
  and l.result = r.result
  and l.position = r.linked
