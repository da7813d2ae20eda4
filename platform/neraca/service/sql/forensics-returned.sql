-- Ratings by name between two people of whom each rated the other in a period.
select
  r.rater,
  d.employee,
  r.position,
  coalesce(a.closed_by, a.policy_hash, '') as policy_hash,
  r.relation,
  r.scores::text as scores
from read_dossier.rating r
join read_dossier.dossier d
  on d.agency = r.agency
  and d.stream = r.stream
join read_scores.appraisal a
  on a.agency = r.agency
  and a.stream = r.stream
where r.agency = %(agency)s
  and d.period = %(period)s
  and r.status = 'given'
  and r.position > d.opened
  and r.relation in ('SUPERVISOR', 'QUALITY_ASSURER')
  and a.status = 'final'
