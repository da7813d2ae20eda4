-- Every report and entry of the opening that counts.
select
  d.employee,
  d.period,
  r.report,
  r.kind,
  r.day,
  r.result,
  r.target,
  trim_scale(r.actual) as actual,
  r.activity,
  t.minutes::bigint as minutes,
  r.working_day,
  r.note,
  r.status,
  r.feedback,
  r.reported_at,
  r.settled_at,
  r.position
from read_dossier.report r
join read_dossier.dossier d
  on d.agency = r.agency
  and d.stream = r.stream
  and d.opened < r.position
left join read_dossier.timed_report t
  on t.agency = r.agency
  and t.stream = r.stream
  and t.report = r.report
  and t.position = r.position
where r.agency = %(agency)s
  and (%(period)s::text is null or d.period = %(period)s)
order by d.employee collate "C", d.period collate "C", r.position
