-- The final results of a period that lack nothing, how each was judged, and what was given in it beside others.
select
  c.stream,
  c.employee,
  coalesce(j.judge, j.fixed_by) as judge,
  coalesce(j.judged_at, j.fixed_at) as at,
  j.fixed_position as position,
  -- What others and the facts made of it is not what they gave.
  case when c.given = '' and j.mark = '' then c.predicate else c.given || j.mark end as mark,
  c.elements,
  c.alike,
  c.mean_number,
  c.mean_by,
  c.shift_number,
  c.shift_by,
  j.reports,
  j.late,
  j.unread
from read_scores.comparison c
join read_forensics.judged j
  on j.agency = c.agency
  and j.stream = c.stream
where c.agency = %(agency)s
  and c.period = %(period)s
  and j.period = %(period)s
  and j.fixed_position is not null
