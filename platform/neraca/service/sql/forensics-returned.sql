-- Ratings by name in some appraisals that are final.
select
  r.rater,
  c.employee,
  r.position,
  coalesce(a.closed_by, a.policy_hash, '') as policy_hash,
  r.relation,
  r.scores::text as scores
from read_scores.comparison c
join read_dossier.rating r
  on r.agency = c.agency
  and r.stream = c.stream
join read_dossier.dossier d
  on d.agency = r.agency
  and d.stream = r.stream
join read_scores.appraisal a
  on a.agency = r.agency
  and a.stream = r.stream
where c.agency = %(agency)s
  and c.stream = any(%(streams)s)
  and r.status = 'given'
  and r.position > d.opened
  and r.relation in ('SUPERVISOR', 'QUALITY_ASSURER')
