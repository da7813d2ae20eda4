-- Who is appraised in some days, where and by whom, when they serve, and when their reports of those days came. Of a reader
-- who may not see everybody: their own, those below them, and those of the units they head.
-- part owed-reports: when = d.starts between %(new_year)s and %(last)s and d.ends >= %(first)s; year = extract(year from %(new_year)s::date)::int
where a.agency = %(agency)s
  -- An appraisal is of days of one year.
  and a.starts between %(new_year)s and %(last)s
  and a.ends >= %(first)s
  and a.status <> 'cancelled'
  and (%(unit)s::text is null or a.unit = %(unit)s)
  and (
    %(reader)s::text is null
    or a.employee = %(reader)s
    or a.appraiser = %(reader)s
    or a.employee = any(%(below)s::text[])
    or a.unit = any(%(headed)s::text[])
  )
