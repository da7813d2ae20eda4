-- The groups of a period, with how many people are in each and how many of them are not final.
select g.policy_hash, g.member, (g.ranked + coalesce(u.unfinished, 0))::int as people, coalesce(u.unfinished, 0) as unfinished
from (
  select m.policy_hash, m.member, count(*) as ranked
  from (
    -- part ranked: of = groups
  ) m
  group by m.policy_hash, m.member
) g
left join (
  -- part unfinished: of = groups
) u
  on u.policy_hash = g.policy_hash
  and u.member = g.member
where g.ranked + coalesce(u.unfinished, 0) >= %(floor)s
order by g.policy_hash, g.member
