-- What final results come to by unit, period, policy and node: of some units or of each. Ranks are
-- counted as in the spread of classes, from what is counted of each person.
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
select
  nullif(r.member, '') as member,
  r.period,
  g.starts,
  g.ends,
  g.policy,
  r.policy_hash,
  r.node,
  r.whole as people,
  r.lower,
  r.middle_low,
  r.middle_high,
  r.upper,
  r.total,
  r.below,
  g.position
from (
  select
    w.member,
    w.period,
    w.policy_hash,
    w.node,
    p.whole,
    min(w.value) filter (where w.upto >= (p.whole + 3) / 4) as lower,
    min(w.value) filter (where w.upto >= (p.whole + 1) / 2) as middle_low,
    min(w.value) filter (where w.upto >= p.whole / 2 + 1) as middle_high,
    min(w.value) filter (where w.upto >= (3 * p.whole + 3) / 4) as upper,
    sum(w.value * w.people) as total,
    coalesce(sum(w.people) filter (where w.value < %(below)s::bigint), 0)::int as below
  from (
    -- Before the joins and in the order of the index of tallies, so that nothing needs sorting.
    select
      v.*,
      sum(v.people) over (
        partition by v.node, v.period, v.policy_hash, v.member
        order by v.value
        rows unbounded preceding
      ) as upto
    from valued v
  ) w
  join (
    -- Once for each node, and not for each of its values.
    select g.member, g.period, g.policy_hash, n.key as node, n.value::int as whole
    from groups g
    cross join lateral jsonb_each_text(g.people) n
  ) p
    on p.period = w.period
    and p.policy_hash = w.policy_hash
    and p.member = w.member
    and p.node = w.node
  group by w.node, w.period, w.policy_hash, w.member, p.whole
) r
join groups g
  on g.period = r.period
  and g.policy_hash = r.policy_hash
  and g.member = r.member
order by g.starts, g.ends desc, r.period, g.policy, r.policy_hash, r.member, r.node
