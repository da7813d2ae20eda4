-- How much of what is planned in each unit for a year serves something, and leads to a goal. What is served is little
-- beside what serves it: so from the goals downwards over that alone. Each result serves one other, so that what leads
-- to a goal is met once, and a circle of an older log never.
with recursive serving as materialized (
  -- part serving: day = %(today)s; position = %(position)s
), own as materialized (
  -- part unit-results: year = %(year)s; position = %(position)s
), node as materialized (
  -- part planned: columns = p.employee, p.node, p.fixed, p.serves_node, p.serves_unit, p.serves; which = p.year = %(year)s and p.planned; position = %(position)s
), served as materialized (
  select n.node, n.serves_node, n.serves_unit, n.serves
  from node n
  where n.fixed
    and n.node in (select s.serves_node from node s)
    and n.employee in (select s.employee from serving s)
), leads as (
  select u.unit, u.result
  from own u
  where u.fixed
    and u.goal in (
      -- part regional-goals: year = %(year)s; position = %(position)s
    )
  union all
  select u.unit, u.result
  from leads l
  join own u
    on u.above_unit = l.unit
    and u.above_result = l.result
  where u.fixed
    and u.goal is null
), tree as (
  select s.node
  from leads l
  join served s
    on s.serves_unit = l.unit
    and s.serves = l.result
  union all
  select s.node
  from tree l
  join served s on s.serves_node = l.node
), known as materialized (
  -- Grouped, so that the planner knows it to be little.
  select s.node, count(t.node) > 0 as leads
  from served s
  left join tree t on t.node = s.node
  group by s.node
), known_of_units as materialized (
  select u.unit, u.result, count(l.unit) > 0 as leads
  from own u
  left join leads l
    on l.unit = u.unit
    and l.result = u.result
  where u.fixed
  group by u.unit, u.result
), of_people as (
  select n.employee, count(*) as results, count(n.leads) as linked, count(*) filter (where n.leads) as aligned
  from (
    -- Few serve a unit's result: to look for those among everybody's took a sorting of all.
    select n.employee, k.leads
    from node n
    left join known k on k.node = n.serves_node
    where n.serves_unit is null
    union all
    select n.employee, u.leads
    from node n
    left join known_of_units u
      on u.unit = n.serves_unit
      and u.result = n.serves
    where n.serves_unit is not null
  ) n
  group by n.employee
)
select coalesce(o.unit, p.unit) as unit, coalesce(o.plan, '') as plan, coalesce(o.results, 0) as unit_results,
  coalesce(p.people, 0) as people, coalesce(p.results, 0) as results, coalesce(p.linked, 0) as linked,
  coalesce(p.aligned, 0) as aligned, coalesce(p.results - p.linked, 0) as loose
from (
  select u.unit, min(u.status) as plan, count(*) as results
  from own u
  group by u.unit
) o
full join (
  select coalesce(s.unit, '') as unit, count(*) as people, sum(p.results)::int as results, sum(p.linked)::int as linked,
    sum(p.aligned)::int as aligned
  from of_people p
  join serving s on s.employee = p.employee
  group by coalesce(s.unit, '')
) p on p.unit = o.unit
order by 1
