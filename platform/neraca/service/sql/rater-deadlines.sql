-- Who is assigned to rate in appraisals where those who are may rate still: of all, or where a person is the rater or
-- the employee.
select a.employee, a.period, a.starts, a.ends, a.position_class, r.rater, r.moves::text as moves
from read_raters.rater r
join read_scores.appraisal a
  on a.agency = r.agency
  and a.stream = r.stream
where r.agency = %(agency)s
  and r.standing = %(assigned)s
  and not r.closed
  and (
    %(person)s::text is null
    or r.rater = %(person)s
    or a.employee = %(person)s
  )
order by a.employee, a.period, r.rater
