-- What each rater gave who is not of an anonymous group, value by value; who it was, where everybody may know.
select
  d.employee,
  d.period,
  r.relation,
  case when r.relation = any(%(named)s) then r.rater end as rater,
  score.indicator,
  trim_scale(score.value::numeric) as value,
  r.status,
  r.revisions > 0 as revised,
  r.note,
  r.reason,
  r.recorded_at
from read_dossier.rating r
join read_dossier.dossier d
  on d.agency = r.agency
  and d.stream = r.stream
  and d.opened < r.position
cross join lateral jsonb_each_text(r.scores) as score (indicator, value)
where r.agency = %(agency)s
  and (%(period)s::text is null or d.period = %(period)s)
order by d.employee collate "C", d.period collate "C", r.relation collate "C", r.position, score.indicator collate "C"
