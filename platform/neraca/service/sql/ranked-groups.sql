-- The groups of a period, with how many people are in each and how many of them are not final.
select m.policy_hash, m.member, max(m.people) as people, max(m.unfinished) as unfinished
from (
  -- part ranked: of = groups
) m
group by m.policy_hash, m.member
having max(m.people) >= %(floor)s
order by m.policy_hash, m.member
