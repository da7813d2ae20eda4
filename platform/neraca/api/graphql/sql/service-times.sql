-- What happened to the service times of a unit, of one period or of all, by what the log had at a position, or has now.
select
  s.period,
  jsonb_agg(
    jsonb_build_object('position', s.log_position, 'tag', s.tag, 'recorded_at', s.recorded_at, 'by', s.by, 'event', s.event)
    order by s.log_position
  ) as steps
from read_service_times.steps s
where s.agency = %(agency)s
  and s.unit = %(unit)s
  and (%(period)s::text is null or s.period = %(period)s)
  and (%(position)s::bigint is null or s.log_position <= %(position)s)
group by s.period
