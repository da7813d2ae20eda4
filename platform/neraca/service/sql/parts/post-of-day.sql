-- Title, class and level of `e` on a day, the latest of each by its own day. With a position, as the log was there.
select
  (array_agg(c.position order by c.since desc, c.log_position desc) filter (where c.position is not null))[1]
    as position,
  (
    array_agg(c.position_class order by c.since desc, c.log_position desc)
    filter (where c.position_class is not null)
  )[1] as position_class,
  (array_agg(c.career_level order by c.since desc, c.log_position desc) filter (where c.career_level is not null))[1]
    as career_level
from read_roster.posts c
where c.agency = e.agency
  and c.employee = e.employee
  and ({position}::bigint is null or c.log_position <= {position})
  and (c.dropped is null or c.dropped > {position})
  and c.since <= {day}
