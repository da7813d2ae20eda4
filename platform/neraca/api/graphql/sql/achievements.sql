-- What a unit achieved in its periods, or in one, and what it will mend, by what the log had at a position, or has now.
select
  s.period,
  jsonb_agg(
    jsonb_build_object('position', s.log_position, 'tag', s.tag, 'recorded_at', s.recorded_at, 'by', s.by, 'event', s.event)
    order by s.log_position
  ) as steps
from read_achievements.steps s
where s.agency = %(agency)s
  and s.unit = %(unit)s
  and (%(period)s::text is null or s.period = %(period)s)
  and (%(position)s::bigint is null or s.log_position <= %(position)s)
group by s.period
