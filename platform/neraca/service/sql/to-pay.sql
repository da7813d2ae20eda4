-- Whose allowance of a month can be fixed: of each employee the last final result that ended by the end of the month,
-- the shortest where several ended that day, and whether the month is fixed.
select distinct on (a.employee)
  a.employee,
  a.period as appraisal,
  exists (
    select
    from read_remuneration.allowances p
    where p.agency = a.agency
      and p.employee = a.employee
      and p.month = %(period)s
  ) as fixed
from read_scores.appraisal a
where a.agency = %(agency)s
  and a.status = 'final'
  and a.ends <= %(ends)s
  and a.ends >= %(earliest)s
  and (%(unit)s::text is null or a.unit = %(unit)s)
order by a.employee, a.ends desc, a.starts desc, a.period
