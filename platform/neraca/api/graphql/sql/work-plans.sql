-- The work plans of an employee as they are, or were at a position: everyone's, the reader's own, and those of whom the
-- reader is above.
select coalesce(json_agg(row_to_json(w) order by w.starts, w.period), '[]') as rows
from (
  select distinct on (w.period)
    w.agency,
    w.employee,
    w.period,
    w.starts,
    w.ends,
    w.status,
    w.feedback,
    w.due,
    w.reason,
    w.backdated_to,
    w.version,
    w.results,
    w.terms,
    w.position,
    w.recorded_at
  from read_workplans.work_plan w
  where w.agency = %(agency)s
    and w.employee = %(employee)s
    and (
      %(reader)s::text is null
      or w.employee = %(reader)s
      or w.employee = any(%(below)s)
    )
    and (%(year)s::int is null or extract(year from w.starts) = %(year)s)
    and (%(position)s::bigint is null or w.position <= %(position)s)
  order by w.period, w.position desc
) w
