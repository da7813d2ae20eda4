-- The final results of a period that some judged, each column one value, in no order: rows of many columns take longer
-- to be read than to be found. Ids hold no separator; what another may not have is '' or 0. Marks are told apart by a
-- hash here.
with judged as (
  -- part judged-case: of = some
)
select
  string_agg(judge, E'\x1f') as judges,
  string_agg(employee, E'\x1f') as employees,
  string_agg(timestamptz_send(at), '') as at,
  string_agg(int8send(position), '') as positions,
  string_agg(int8send(hashtextextended(mark, 0)), '') as marks,
  string_agg(int4send(elements), '') as elements,
  string_agg(boolsend(alike), '') as alike,
  string_agg(coalesce(mean_number || '/' || mean_by, ''), E'\x1f') as means,
  string_agg(coalesce(shift_number || '/' || shift_by, ''), E'\x1f') as shifts,
  string_agg(int4send(reports), '') as reports,
  string_agg(int4send(late), '') as late,
  string_agg(int4send(unread), '') as unread
from judged
