-- What was counted of each month of an employee, as it was said last.
select
  m.event ->> 'employee' as employee,
  m.event ->> 'month' as month,
  (m.event ->> 'required_days')::bigint as required_days,
  coalesce((m.event ->> 'absent_days')::bigint, 0) as absent_days,
  coalesce((m.event ->> 'late')::bigint, 0) as late,
  coalesce((m.event ->> 'left_early')::bigint, 0) as left_early,
  m.event ->> 'reason' as reason,
  m.log_position
from (
  select distinct on (said.event ->> 'employee', said.event ->> 'month') said.*
  from read_scores.subject s
  cross join lateral jsonb_to_recordset(s.facts) as kept (event jsonb, position bigint)
  cross join lateral (select kept.event, kept.position as log_position) said
  where s.agency = %(agency)s
    and said.event ->> 'type' in ('attendance.recorded', 'attendance.corrected')
    and (%(period)s::text is null or said.event ->> 'month' = %(period)s)
  order by said.event ->> 'employee', said.event ->> 'month', said.log_position desc
) m
order by (m.event ->> 'employee') collate "C", (m.event ->> 'month') collate "C"
