-- The systems that service times come from, by what the log had at a position, or has now.
select distinct on (s.source) s.source, s.system, s.importers, s.reason, s.recorded_at, s.log_position
from read_service_times.sources s
where s.agency = %(agency)s
  and (%(position)s::bigint is null or s.log_position <= %(position)s)
order by s.source, s.log_position desc
