-- Of whole numbers by how many people have each: those of whom a quarter, half and three quarters have as little or
-- less, and the sum. Ranks are counted, nothing is interpolated: with an even number there are two in the middle.
select
  nullif(r.member, '') as member,
  r.period,
  r.starts,
  r.ends,
  r.policy,
  r.policy_hash,
  r.node,
  r.whole as people,
  min(r.value) filter (where r.upto >= (r.whole + 3) / 4) as lower,
  min(r.value) filter (where r.upto >= (r.whole + 1) / 2) as middle_low,
  min(r.value) filter (where r.upto >= r.whole / 2 + 1) as middle_high,
  min(r.value) filter (where r.upto >= (3 * r.whole + 3) / 4) as upper,
  sum(r.value * r.people) as total,
  coalesce(sum(r.people) filter (where r.value < %(below)s::bigint), 0)::int as below,
  r.position
from (
  select w.*, g.starts, g.ends, g.policy, g.position, (g.people ->> w.node)::int as whole
  from (
    -- Before the join, so that what an index has in order needs no sorting.
    select
      v.*,
      sum(v.people) over (
        partition by v.period, v.policy_hash, v.member, v.node
        order by v.value
        rows unbounded preceding
      ) as upto
    from valued v
  ) w
  join groups g
    on g.period = w.period
    and g.policy_hash = w.policy_hash
    and g.member = w.member
) r
group by r.member, r.period, r.starts, r.ends, r.policy, r.policy_hash, r.node, r.whole, r.position
order by r.starts, r.ends desc, r.period, r.policy, r.member, r.node
