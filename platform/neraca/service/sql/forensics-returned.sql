-- Ratings by name of those who, in a period, rated somebody by name who rated them.
with named as materialized (
  select
    c.stream,
    c.employee,
    r.rater
  from read_scores.comparison c
  cross join lateral jsonb_array_elements_text(c.raters) r (rater)
  where c.agency = %(agency)s
    and c.period = %(period)s
),
returned as (
  select distinct
    one.stream,
    one.employee
  from named one
  join named other
    on other.employee = one.rater
    and other.rater = one.employee
)
select
  r.rater,
  e.employee,
  r.position,
  coalesce(a.closed_by, a.policy_hash, '') as policy_hash,
  r.relation,
  r.scores::text as scores
from returned e
join read_dossier.rating r
  on r.agency = %(agency)s
  and r.stream = e.stream
join read_dossier.dossier d
  on d.agency = r.agency
  and d.stream = r.stream
join read_scores.appraisal a
  on a.agency = r.agency
  and a.stream = r.stream
where r.status = 'given'
  and r.position > d.opened
  and r.relation in ('SUPERVISOR', 'QUALITY_ASSURER')
