-- What happened in the cohort of an appraisal's appraiser, up to a position or up to now.
select coalesce(json_agg(row_to_json(s) order by s.position), '[]') as steps
from (
  select s.log_position as position, s.version, s.at, s.by, s.event
  from read_cohorts.cohorts c
  join read_cohorts.steps s
    on s.agency = c.agency
    and s.stream = c.stream
  where c.agency = %(agency)s
    and c.appraiser = %(appraiser)s
    and c.period = %(period)s
    and (%(position)s::bigint is null or s.log_position <= %(position)s)
) s
