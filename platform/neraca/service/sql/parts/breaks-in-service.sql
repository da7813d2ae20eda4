-- The breaks in the service of `{of}`: from the day after the last one to the day before the place in which they were taken
-- in again.
select coalesce(json_agg(json_build_array(b.last_day + 1, b.again - 1) order by b.again), '[]')
from (
  select
    (
      select t.last_day
      from read_roster.retirements t
      where t.agency = {of}.agency
        and t.employee = {of}.employee
        and t.log_position < r.log_position
        and t.last_day is not null
      order by t.log_position desc
      limit 1
    ) as last_day,
    l.since as again
  from read_roster.retirements r
  join read_roster.places l
    on l.agency = r.agency
    and l.employee = r.employee
    and l.log_position = r.log_position
  where r.agency = {of}.agency
    and r.employee = {of}.employee
    and r.last_day is null
) b
where b.last_day < b.again - 1
