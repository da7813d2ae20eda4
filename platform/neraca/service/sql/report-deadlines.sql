-- Who is appraised and has no result yet, when they serve, and when their reports of it came. Of all, or of a person; as far
-- as the reader may see them. Only where the appraisal runs.
with running as (
  select min(a.starts) as since
  from read_scores.appraisal a
  where a.agency = %(agency)s
    and a.stage in ('running', 'reopened')
), of_person as (
  select a.stream
  from read_scores.appraisal a
  where a.agency = %(agency)s
    and a.employee = %(person)s
)
-- part owed-reports: when = d.starts >= (table running) and (%(person)s::text is null or d.stream in (table of_person)); year = extract(year from a.starts)::int
where a.agency = %(agency)s
  and a.stage in ('running', 'reopened')
  and a.starts <= %(last)s
  and (%(person)s::text is null or a.employee = %(person)s)
  and (
    %(reader)s::text is null
    or a.employee = %(reader)s
    or a.appraiser = %(reader)s
    or a.employee = any(%(below)s::text[])
  )
