-- How many people of a period have each mark, where those are enough to be looked at together, and whose of the judges
-- who may have given all of theirs the same: by the hashes of these alone it is not
-- certain. Nothing is read where there are no such judges.
with judged as (
  -- part judged-case: of = marks
)
select
  count(*) as people,
  coalesce(array_agg(position) filter (where judge = any(%(judges)s::text[])), '{}') as positions
from judged
where cardinality(%(judges)s::text[]) > 0
group by mark
having count(*) >= %(fewest)s
