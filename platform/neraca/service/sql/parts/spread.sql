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
  r.whole::int as people,
  min(r.value) filter (where r.upto >= (r.whole + 3) / 4) as lower,
  min(r.value) filter (where r.upto >= (r.whole + 1) / 2) as middle_low,
  min(r.value) filter (where r.upto >= r.whole / 2 + 1) as middle_high,
  min(r.value) filter (where r.upto >= (3 * r.whole + 3) / 4) as upper,
  sum(r.value::numeric * r.people) as total,
  coalesce(sum(r.people) filter (where r.value < %(below)s::bigint), 0)::int as below,
  g.position
from (
  select
    v.*,
    sum(v.people) over (partition by v.member, v.period, v.policy_hash, v.node order by v.value) as upto,
    sum(v.people) over (partition by v.member, v.period, v.policy_hash, v.node) as whole
  from valued v
) r
join groups g
  on g.period = r.period
  and g.policy_hash = r.policy_hash
  and g.member = r.member
group by r.member, r.period, g.starts, g.ends, g.policy, r.policy_hash, r.node, r.whole, g.position
order by g.starts, g.ends desc, r.period, g.policy, r.member, r.node
