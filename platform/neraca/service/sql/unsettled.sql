-- In whose place somebody else may act, or who may act in the place of another, whenever it was: all others of an agency
-- act for themselves.
select coalesce(array_agg(e.employee), '{}') as unsettled
from read_roster.employees e
where e.agency = %(agency)s
  and (
    exists (
      select
      from read_roster.retirements r
      where r.agency = e.agency
        and r.employee = e.employee
    )
    or exists (
      select
      from read_roster.exemptions x
      where x.agency = e.agency
        and x.employee = e.employee
    )
    or exists (
      select
      from read_roster.acting a
      where a.agency = e.agency
        and e.employee in (a.employee, a.official)
    )
    or (
      select count(distinct l.unit)
      from read_roster.places l
      where l.agency = e.agency
        and l.employee = e.employee
    ) > 1
  )
