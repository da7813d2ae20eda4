-- Where and under whom `e` is on a day that is not after the last one of service. With a position, as the log was there.
select l.unit, l.supervisor
from read_roster.places l
where l.agency = e.agency
  and l.employee = e.employee
  and ({position}::bigint is null or l.log_position <= {position})
  and (l.dropped is null or l.dropped > {position})
  and l.since <= {day}
  and ({retired} is null or {retired} >= {day})
order by l.since desc, l.log_position desc
limit 1
