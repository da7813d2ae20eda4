-- The final results of a period that some judged, one by one.
with judged as (
  -- part judged-case: of = some
)
select
  employee,
  judge,
  at,
  position,
  mark,
  elements,
  alike,
  mean_number,
  mean_by,
  shift_number,
  shift_by,
  reports,
  late,
  unread
from judged
where judge = any(%(judges)s)
