-- What the final results of a period come to by judge, counted: of whom something may be found. Marks are told apart by
-- a hash, a sum of shifts is rounded, and a mean where no two that differ become the same: nobody is lost.
with judged as materialized (
  select
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
    mean,
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
      round(mean_number / mean_by, 30) as mean,
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
    more.judge,
    count(*) as opposite,
    count(*) filter (where more.mean > less.mean) as with_late
  from judged more
  join judged less
    on less.judge = more.judge
    and less.late < more.late
    and less.reports > more.reports
    and less.mean <> more.mean
  -- These follow from what is above, and leave fewer to be joined.
  where more.reports > 0
    and more.late > 0
    and less.reports > 1
  group by more.judge
)
select
  j.judge,
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
  on p.judge = j.judge
group by j.judge
