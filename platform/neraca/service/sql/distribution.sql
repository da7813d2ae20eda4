-- What each person of a period came out as, by unit, and what the organisation came out as.
select
  a.unit,
  a.employee,
  a.status,
  a.predicate,
  a.score,
  a.policy_hash,
  -- What a final result judged; JSON's null stands there where that could not be told from what came in later.
  coalesce(nullif(a.final -> 'facts', 'null'), a.facts) -> 'case' -> 'facts' ->> %(organisation)s as organisation
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status <> 'cancelled'
order by a.unit, a.employee
