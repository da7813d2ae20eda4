-- How many people of each group of a period are not final. Whoever is judged by no rule yet may come to be by any.
select
  r.policy_hash,
  case r.within when 'unit' then a.unit when 'class' then coalesce(a.position_class, '') else '' end as member,
  count(*)::int as unfinished
from read_scores.appraisal a
join unnest(%(hashes)s::text[], %(within)s::text[]) r (policy_hash, within)
  on r.policy_hash = coalesce(a.policy_hash, r.policy_hash)
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status not in ('cancelled', 'final')
group by 1, 2
