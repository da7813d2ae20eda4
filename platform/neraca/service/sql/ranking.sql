-- The places of a page, of some units or of all; by policy, group and place. Only where everybody of the group is final.
select m.policy_hash, m.member, m.employee, m.unit, m.score, m.place, m.alike, m.ranked, m.position
from (
  -- part ranked: of = all
) m
where m.ranked >= %(floor)s
  and not exists (
    select
    from (
      -- part unfinished: of = all
    ) u
    where u.policy_hash = m.policy_hash
      and u.member = m.member
  )
  and (%(units)s::text[] is null or m.unit = any(%(units)s))
  and (%(employee)s::text is null or m.employee = %(employee)s)
order by m.policy_hash, m.member, m.place, m.employee
limit %(limit)s
offset %(after)s
