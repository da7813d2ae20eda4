-- What the final results of a period come to by judge, counted: of whom something may be found. Marks are told apart by
-- a hash, and a sum of shifts is rounded: neither loses anybody.
with judged as materialized (
  select
    dense_rank() over (order by judge) as nth,
    judge,
    count(*) over (
      partition by judge
      order by at
      range between %(window)s preceding and current row
    ) as within,
    at::date as day,
    mark,
    elements >= %(elements)s as rated,
    alike,
    mean_number,
    mean_by,
    shift,
    reports,
    late,
    unread
  from (
    select
      judge,
      at,
      hashtextextended(mark, 0) as mark,
      elements,
      alike,
      mean_number,
      mean_by,
      shift_number / shift_by as shift,
      reports,
      late,
      unread
    from (
      -- part judged-case: of = judges
    ) c
    -- So that marks are hashed before they are sorted, and not carried along.
    offset 0
  ) narrow
),
-- Pairs of people whom the reports of the last days and those of the whole period put in opposite orders, and who were
-- not judged alike.
paired as (
  select
    more.nth,
    count(*) as opposite,
    count(*) filter (where more.mean_number * less.mean_by > less.mean_number * more.mean_by) as with_late
  from judged more
  join judged less
    on less.nth = more.nth
    and less.late < more.late
    and less.reports > more.reports
    and less.mean_number * more.mean_by <> more.mean_number * less.mean_by
  -- These follow from what is above, and leave fewer to be joined.
  where more.reports > 0
    and more.late > 0
    and less.reports > 1
  group by more.nth
)
select
  min(j.judge) as judge,
  count(*) as cases,
  count(*) filter (where j.rated) as rated,
  count(*) filter (where j.rated and j.alike) as alike,
  count(*) filter (where j.reports > 0) as reported,
  count(*) filter (where j.reports > 0 and j.unread > 0) as unread,
  count(j.shift) as compared,
  count(*) filter (where j.shift > 0) as above,
  count(*) filter (where j.shift < 0) as below,
  coalesce(sum(j.shift), 0) as shift,
  count(*) >= %(fewest)s and min(j.mark) = max(j.mark) as one_mark,
  max(j.within) as most,
  coalesce(max(p.opposite), 0) as opposite,
  coalesce(max(p.with_late), 0) as with_late,
  (select count(*) from (select distinct day from judged) d) as days
from judged j
left join paired p
  on p.nth = j.nth
group by j.nth
