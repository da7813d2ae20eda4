-- The last day of service of each of these people who has one, by what the log had at a position, or has now.
select l.employee, l.last_day
from (
  select distinct on (r.employee) r.employee, r.last_day
  from read_roster.retirements r
  where r.agency = %(agency)s
    and r.employee = any(%(people)s)
    and (%(position)s::bigint is null or r.log_position <= %(position)s)
  order by r.employee, r.log_position desc
) l
where l.last_day is not null
