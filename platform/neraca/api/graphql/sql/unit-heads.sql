-- Who heads each unit on a day, by what the log had at a position, or has now. A unit that nobody heads has no row.
select held.unit, held.employee, held.acting, held.since, held.decree
from (
  select distinct on (h.unit) h.unit, h.employee, h.acting, h.since, h.decree
  from read_cohorts.heads h
  where h.agency = %(agency)s
    and h.since <= %(day)s
    and (%(position)s::bigint is null or h.log_position <= %(position)s)
  order by h.unit, h.since desc, h.log_position desc
) held
where held.employee is not null
  and (%(reader)s::text is null or held.employee = %(reader)s or held.employee = any(%(below)s))
order by held.unit
