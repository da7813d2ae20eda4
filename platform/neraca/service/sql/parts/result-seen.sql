-- The final result `r` of an employee, where its appraisal is one that the reader may see.
join read_scores.appraisal a
  on a.agency = r.agency
  and a.stream = r.stream
where r.agency = %(agency)s
  and r.employee = %(employee)s
  and (
    %(reader)s::text is null
    or r.employee = %(reader)s
    or (%(serves)s and %(reader)s in (a.appraiser, a.reviewer))
    or r.stream = any(%(acting_for)s)
  )
