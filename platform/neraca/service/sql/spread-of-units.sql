-- What final results come to by unit, period, policy and node: of some units or of each.
with valued as (
  select c.member, c.period, c.policy_hash, n.node, n.value::bigint as value, count(*)::int as people
  from read_results.counted c
  cross join lateral (
    select %(node)s::text as node, c.told ->> %(node)s as value
    where c.told ? %(node)s
    union all
    select e.key, e.value
    from jsonb_each_text(c.told) e
    where %(node)s is null
      and e.key <> '='
  ) n
  where c.agency = %(agency)s
    and c.grouping = 'unit'
    and (%(period)s::text is null or c.period = %(period)s)
    and (%(units)s::text[] is null or c.member = any(%(units)s))
  group by 1, 2, 3, 4, 5
), groups as (
  select g.member, g.period, g.policy_hash, g.policy, g.starts, g.ends, g.people, g.position
  from read_results.gathering g
  where g.agency = %(agency)s
    and g.grouping = 'unit'
    and (%(period)s::text is null or g.period = %(period)s)
    and (%(units)s::text[] is null or g.member = any(%(units)s))
)
-- part spread: of = units
