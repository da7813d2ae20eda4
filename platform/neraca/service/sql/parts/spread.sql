-- Of whole numbers by how many people have each: those of whom a quarter, half and three quarters have as little or
-- less, and the sum. Ranks are counted, nothing is interpolated: with an even number there are two in the middle.
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
order by g.starts, g.ends desc, r.period, g.policy, r.member, r.node
