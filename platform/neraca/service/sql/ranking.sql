-- The places of a page, of some units or of all; by policy, group and place. Only where everybody of the group is final.
select m.policy_hash, m.member, m.employee, m.unit, m.score, m.place, m.alike, m.people, m.position
from (
  -- part ranked: of = all
) m
where m.unfinished = 0
  and m.people >= %(floor)s
  and (%(units)s::text[] is null or m.unit = any(%(units)s))
  and (%(employee)s::text is null or m.employee = %(employee)s)
order by m.policy_hash, m.member, m.place, m.employee
limit %(limit)s
offset %(after)s
