-- Who serves on a day and in which unit, all in one go: as the log was at a position, or as it is now.
select e.employee, l.unit
from read_roster.employees e
left join (
  select distinct on (l.employee) l.employee, l.unit
  from read_roster.places l
  where l.agency = %(agency)s
    and l.since <= {day}
    and ({position}::bigint is null or l.log_position <= {position})
    and (l.dropped is null or l.dropped > {position})
  order by l.employee, l.since desc, l.log_position desc
) l
  on l.employee = e.employee
left join (
  select distinct on (r.employee) r.employee, r.last_day
  from read_roster.retirements r
  where r.agency = %(agency)s
    and r.log_position <= {position}
  order by r.employee, r.log_position desc
) r
  on r.employee = e.employee
where e.agency = %(agency)s
  and (e.retired is null or e.retired >= {day} or {position}::bigint is not null)
  and (r.last_day is null or r.last_day >= {day})
