-- What final results come to by period, policy and node, of the whole agency, or of one class of posts or of each: of
-- whole numbers by how many people have each, those of whom a quarter, half and three quarters have as little or less,
-- and the sum. Ranks are counted, nothing is interpolated: with an even number there are two in the middle.
select
  nullif(g.member, '') as member,
  g.period,
  g.starts,
  g.ends,
  g.policy,
  g.policy_hash,
  n.node,
  n.whole::int as people,
  s.lower,
  s.middle_low,
  s.middle_high,
  s.upper,
  s.total,
  s.below,
  g.position
from read_results.gathering g
cross join lateral jsonb_each_text(g.people) n (node, whole)
-- Node by node in the order of the key of tallies, so that nothing needs sorting or joining.
cross join lateral (
  select
    min(w.value) filter (where w.upto >= (n.whole::int + 3) / 4) as lower,
    min(w.value) filter (where w.upto >= (n.whole::int + 1) / 2) as middle_low,
    min(w.value) filter (where w.upto >= n.whole::int / 2 + 1) as middle_high,
    min(w.value) filter (where w.upto >= (3 * n.whole::int + 3) / 4) as upper,
    sum(w.value * w.people) as total,
    coalesce(sum(w.people) filter (where w.value < %(below)s::bigint), 0)::int as below
  from (
    select t.value, t.people, sum(t.people) over (order by t.value rows unbounded preceding) as upto
    from read_results.tally t
    where t.agency = %(agency)s
      and t.grouping = %(grouping)s
      and t.period = g.period
      and t.policy_hash = g.policy_hash
      and t.member = g.member
      and t.node = n.node
  ) w
) s
where g.agency = %(agency)s
  and g.grouping = %(grouping)s
  and (%(period)s::text is null or g.period = %(period)s)
  and (%(policy_hash)s::text is null or g.policy_hash = %(policy_hash)s)
  and (%(position_class)s::text is null or g.member = %(position_class)s)
  and (%(nodes)s::text[] is null or n.node = any(%(nodes)s))
  -- What is counted, such as predicates, and is no number.
  and s.total is not null
order by g.starts, g.ends desc, g.period, g.policy, g.policy_hash, g.member, n.node
