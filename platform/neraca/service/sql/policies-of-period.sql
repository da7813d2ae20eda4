-- The policies by which final results of a period were judged.
select distinct g.policy_hash
from read_results.gathering g
where g.agency = %(agency)s
  and g.period = %(period)s
  and g.grouping = 'agency'
order by g.policy_hash
