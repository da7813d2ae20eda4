-- The final results of an employee that the reader may see, in order of time, with the value of one node, or the score
-- where it has no name.
select
  r.period,
  r.starts,
  r.ends,
  r.joined,
  r.unit,
  r.policy,
  r.policy_hash,
  case when %(node)s = '' then r.score else (r.nodes ->> %(node)s)::bigint end as value,
  r.predicate,
  r.position
from read_results.result r
-- part result-seen: of = many
order by r.starts, r.ends, r.period
