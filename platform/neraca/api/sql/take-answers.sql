-- Several answers of one service point, in the order in which they came, in one transaction: each by itself as if it had
-- come alone.
select door.take(
  %(agency)s,
  %(stream)s,
  %(point)s,
  a.token,
  a.receipt,
  a.answers,
  a.comment,
  a.outside_hours,
  %(hourly)s,
  %(many)s,
  %(minutes)s,
  %(same)s,
  a.now
) as outcome
from (
  select *
  from unnest(
    %(tokens)s::text[],
    %(receipts)s::text[],
    %(answers)s::jsonb[],
    %(comments)s::text[],
    %(outside_hours)s::boolean[],
    %(nows)s::timestamptz[]
  ) with ordinality a (token, receipt, answers, comment, outside_hours, now, nth)
  order by nth
  offset 0
) a
