-- The final results of a period, how each was judged, and what named raters and closed groups gave, as it may be shown.
select
  j.employee,
  coalesce(j.judge, j.fixed_by) as judge,
  coalesce(j.judged_at, j.fixed_at) as at,
  j.fixed_position as position,
  j.reports,
  j.late,
  j.unread,
  j.levels::text as levels,
  coalesce(a.predicate, '') as predicate,
  coalesce(a.closed_by, a.policy_hash, '') as policy_hash,
  coalesce((coalesce(nullif(a.final -> 'facts', 'null'), a.facts) #> '{case,ratings}')::text, '{}') as ratings
from read_forensics.judged j
join read_scores.appraisal a
  on a.agency = j.agency
  and a.stream = j.stream
where j.agency = %(agency)s
  and j.period = %(period)s
  and j.fixed_position is not null
  and a.status = 'final'
  and a.lacks is null
