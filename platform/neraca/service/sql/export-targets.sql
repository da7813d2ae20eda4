-- Every target of an approved plan, with what was reported of it so far.
select
  d.employee,
  d.period,
  t.result,
  r.title,
  r.priority,
  t.target,
  t.indicator,
  t.aspect,
  t.polarity,
  trim_scale(t.value) as value,
  t.unit,
  trim_scale(t.weight) as weight,
  trim_scale(t.actual) as actual,
  t.until
from read_dossier.target t
join read_dossier.dossier d
  on d.agency = t.agency
  and d.stream = t.stream
join read_dossier.result r
  on r.agency = t.agency
  and r.stream = t.stream
  and r.result = t.result
where t.agency = %(agency)s
  and (%(period)s::text is null or d.period = %(period)s)
order by d.employee collate "C", d.period collate "C", t.nth, t.result collate "C", t.target collate "C"
