-- The appraisals of a period that are final, with the policy by whose scales their ratings are read.
select
  a.stream,
  a.employee,
  coalesce(a.closed_by, a.policy_hash, '') as policy_hash
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status = 'final'
