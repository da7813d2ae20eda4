-- By policy and node, the events of the final results behind what a unit comes to in a period: of each person who counts,
-- where their result still says what counts of them. The first of them.
select
  c.policy_hash,
  e.key as node,
  coalesce(
    (array_agg(r.position order by r.position) filter (where r.nodes -> e.key = e.value))[:%(most)s],
    '{}'
  ) as events
from read_results.counted c
cross join lateral jsonb_each(c.told) e
left join read_results.result r
  on r.agency = c.agency
  and r.stream = c.stream
where c.agency = %(agency)s
  and c.grouping = 'unit'
  and c.period = %(period)s
  and c.member = %(unit)s
  and e.key not in ('', '=')
group by c.policy_hash, e.key
