-- Who is appraised and has no result yet, when they serve, and when their reports of it came. Of all, or of a person; as far
-- as the reader may see them. Only where the appraisal runs.
with asked as materialized (
  select a.stream, a.employee, a.period, a.starts, a.ends, a.policy_hash, a.unit, a.appraiser, e.name, e.since, e.retired
  from read_scores.appraisal a
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
)
-- part owed-reports: of = asked; when = d.starts >= (select min(s.starts) from serving s)
