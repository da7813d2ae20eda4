-- Who is appraised in a period, and the facts the score stands on: those judged where it is final. A result that was
-- joined from parts, or taken over from the period before, stands on none of its own.
select
  a.employee,
  a.unit,
  coalesce(a.position_class, e.position_class, '') as position_class,
  coalesce(
    (
      select c.career_level
      from read_roster.posts c
      where c.agency = a.agency
        and c.employee = a.employee
        and c.since <= a.ends
        and c.career_level is not null
        and c.dropped is null
      order by c.since desc, c.log_position desc
      limit 1
    ),
    e.career_level
  ) as career_level,
  coalesce(
    (
      select c.position
      from read_roster.posts c
      where c.agency = a.agency
        and c.employee = a.employee
        and c.since <= a.ends
        and c.position is not null
        and c.dropped is null
      order by c.since desc, c.log_position desc
      limit 1
    ),
    e.position
  ) as post,
  coalesce(nullif(a.final -> 'facts', 'null'), a.facts) -> 'case' as facts,
  a.status = 'final' as fixed,
  a.position_class as own_class,
  a.status <> 'final' and a.lacks is not null as lacking
from read_scores.appraisal a
left join read_roster.employees e
  on e.agency = a.agency
  and e.employee = a.employee
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status <> 'cancelled'
  and not exists (
    select
    from read_scores.change c
    where c.agency = a.agency
      and c.stream = a.stream
      and c.tag = 'appraisal.joined'
  )
order by a.employee
