-- Title, class and level of `e` on a day: the latest of each by its own day, as a place or a change names a post, and a
-- change a class or a level. With a position, as the log was there.
select
  (array_agg(t.position order by t.since desc, t.log_position desc) filter (where t.position is not null))[1]
    as position,
  (
    array_agg(t.position_class order by t.since desc, t.log_position desc)
    filter (where t.position_class is not null)
  )[1] as position_class,
  (array_agg(t.career_level order by t.since desc, t.log_position desc) filter (where t.career_level is not null))[1]
    as career_level
from (
  select l.since, l.log_position, l.position, null as position_class, null as career_level
  from read_roster.places l
  where l.agency = e.agency
    and l.employee = e.employee
    and ({position}::bigint is null or l.log_position <= {position})
    and l.since <= {day}
  union all
  select c.since, c.log_position, c.position, c.position_class, c.career_level
  from read_roster.posts c
  where c.agency = e.agency
    and c.employee = e.employee
    and ({position}::bigint is null or c.log_position <= {position})
    and c.since <= {day}
) t
