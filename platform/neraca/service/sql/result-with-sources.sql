-- The final result of an employee in a period, if the reader may see it, with where in the log its facts came from:
-- JSON of path to positions, null where the result does not tell.
select
  r.policy_hash,
  r.position_class,
  r.joined,
  r.nodes::text as nodes,
  (nullif(a.final -> 'facts', 'null') -> 'sources')::text as sources,
  r.position
from read_results.result r
-- part result-seen: of = one
  and r.period = %(period)s
