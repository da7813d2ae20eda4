-- One page of what is planned for a year, in plans of units and by people who serve, with the goal each leads to: of
-- each result on the page the way up, which a circle of an older log ends.
with recursive serving as materialized (
  -- part serving: day = %(today)s; position = %(position)s
), own as materialized (
  -- part unit-results: year = %(year)s; position = %(position)s
), goals as materialized (
  -- part regional-goals: year = %(year)s; position = %(position)s
), leads as (
  select u.unit, u.result, u.goal
  from own u
  where u.fixed
    and u.goal in (select g.goal from goals g)
  union all
  select u.unit, u.result, l.goal
  from leads l
  join own u
    on u.above_unit = l.unit
    and u.above_result = l.result
  where u.fixed
    and u.goal is null
), page as materialized (
  select row_number() over (order by unit, employee, period, result) as root, of_all.*
  from (
    (
      select u.unit, '' as employee, %(year)s::text as period, u.result, u.title, null::bigint as linked,
        null::uuid as serves_node, u.above_unit as serves_unit, u.above_result as serves, u.goal
      from own u
      where (%(units)s::text[] is null or u.unit = any(%(units)s))
        and (
          %(after_unit)s::text is null
          or (u.unit, '', %(year)s::text, u.result)
            > (%(after_unit)s, %(after_employee)s::text, %(after_period)s::text, %(after_result)s::text)
        )
      order by u.unit, u.result
      limit %(limit)s
    )
    union all
    (
      select s.unit, s.employee, p.period, p.result, p.title, p.linked, p.serves_node, p.serves_unit, p.serves, null
      from (
        select coalesce(s.unit, '') as unit, s.employee
        from serving s
        where (%(units)s::text[] is null or s.unit = any(%(units)s))
          and (
            %(after_unit)s::text is null
            or (coalesce(s.unit, ''), s.employee) >= (%(after_unit)s, %(after_employee)s::text)
          )
        order by coalesce(s.unit, ''), s.employee
      ) s
      cross join lateral (
        -- part planned: columns = p.period, p.result, p.title, p.linked, p.planned, p.serves_node, p.serves_unit, p.serves; which = p.employee = s.employee and p.year = %(year)s; position = %(position)s
      ) p
      where p.planned
        and (
          %(after_unit)s::text is null
          or (s.unit, s.employee, p.period, p.result)
            > (%(after_unit)s, %(after_employee)s::text, %(after_period)s::text, %(after_result)s::text)
        )
      order by s.unit, s.employee, p.period, p.result
      limit %(limit)s
    )
    order by unit, employee, period, result
    limit %(limit)s
  ) of_all
), up as (
  select p.root, 1 as step, p.serves_node, p.serves_unit, p.serves
  from page p
  where p.employee <> ''
    and p.serves is not null
  union all
  select u.root, u.step + 1, n.serves_node, n.serves_unit, n.serves
  from up u
  cross join lateral (
    -- part planned: columns = p.employee, p.planned, p.fixed, p.serves_node, p.serves_unit, p.serves; which = p.node = u.serves_node; position = %(position)s
  ) n
  where n.planned
    and n.fixed
    and n.employee in (select s.employee from serving s)
) cycle serves_node set circled using way, led as (
  -- Each result serves one other, so that a way leads to one goal at most.
  select u.root, min(l.goal) as goal, bool_or(u.step = 2) as served
  from up u
  left join leads l
    on l.unit = u.serves_unit
    and l.result = u.serves
  group by u.root
)
select p.unit, p.employee, p.period, p.result, p.title, coalesce(l.kind, '') as kind,
  coalesce(
    p.goal,
    concat_ws('/', l.serves_employee, l.serves_period, coalesce(l.serves_unit, p.serves_unit), p.serves)
  ) as serves,
  case
    when p.goal is not null then case when p.goal in (select g.goal from goals g) then '' else 'dropped' end
    when p.serves is null then 'unlinked'
    when exists (select from own u where u.fixed and u.unit = p.serves_unit and u.result = p.serves) then ''
    when d.served then ''
    else 'dropped'
  end as loose,
  coalesce(
    case
      when p.goal is not null then (select g.goal from goals g where g.goal = p.goal limit 1)
      when p.employee = '' then (select l.goal from leads l where l.unit = p.serves_unit and l.result = p.serves limit 1)
      else d.goal
    end,
    ''
  ) as goal
from page p
left join led d
  on d.root = p.root
left join lateral (
  -- One at a time by the key: of a page there are few, and many of the city.
  select l.kind, l.serves_employee, l.serves_period, l.serves_unit
  from read_cascade.link l
  where l.agency = %(agency)s
    and l.employee = p.employee
    and l.period = p.period
    and l.result = p.result
    and l.position = p.linked
  limit 1
) l on true
order by p.root
