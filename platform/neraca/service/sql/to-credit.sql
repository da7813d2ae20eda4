-- Whose points of a period can be fixed: of each employee with a final result and a career level, had from the start or
-- since a change, whether some are.
select
  a.employee,
  a.period as appraisal,
  exists (
    select
    from read_remuneration.credit c
    where c.agency = a.agency
      and c.employee = a.employee
      and c.period = a.period
  ) as fixed
from read_scores.appraisal a
join read_roster.employees e
  on e.agency = a.agency
  and e.employee = a.employee
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status = 'final'
  and (
    e.career_level is not null
    or exists (
      select
      from read_roster.posts p
      where p.agency = a.agency
        and p.employee = a.employee
        and p.career_level is not null
        and p.dropped is null
        and p.since <= a.ends
    )
  )
  and (%(unit)s::text is null or a.unit = %(unit)s)
order by a.employee
