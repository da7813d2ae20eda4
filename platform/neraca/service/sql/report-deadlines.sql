-- Who is appraised and has no result yet, with what they have reported of it since a day: progress up to which days, and
-- days with an entry. Of all, or of a person; as far as the reader may see them. Only where the appraisal runs.
select
  a.employee,
  a.period,
  a.starts,
  a.ends,
  a.policy_hash,
  e.since,
  e.retired,
  (
    select coalesce(json_agg(json_build_array(x.since, x.until) order by x.since), '[]')
    from read_roster.exemptions x
    where x.agency = a.agency
      and x.employee = a.employee
      and not x.withdrawn
  )::text as exemptions,
  (
    select coalesce(json_agg(distinct r.day), '[]')
    from read_dossier.report r
    where r.agency = a.agency
      and r.stream = a.stream
      and r.kind = 'progress'
      and r.status <> 'returned'
      and r.position > d.opened
  )::text as progress,
  (
    select coalesce(json_agg(distinct r.day), '[]')
    from read_dossier.report r
    where r.agency = a.agency
      and r.stream = a.stream
      and r.kind = 'activity'
      and r.status <> 'returned'
      and r.day >= %(entries_since)s
      and r.position > d.opened
  )::text as entries
from read_scores.appraisal a
join read_dossier.dossier d
  on d.agency = a.agency
  and d.stream = a.stream
join read_roster.employees e
  on e.agency = a.agency
  and e.employee = a.employee
where a.agency = %(agency)s
  and a.stage in ('running', 'reopened')
  and a.starts <= %(today)s
  and (%(person)s::text is null or a.employee = %(person)s)
  and (
    %(reader)s::text is null
    or a.employee = %(reader)s
    or a.appraiser = %(reader)s
    or a.employee = any(%(below)s::text[])
  )
order by a.employee, a.starts
