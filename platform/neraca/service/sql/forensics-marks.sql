-- How many people of a period have each mark, where those are enough to be looked at together; nothing is read where no
-- judge has given all of theirs the same.
with judged as (
  -- part judged-case: of = marks
)
select count(*) as people
from judged
where %(one_mark)s
group by mark
having count(*) >= %(fewest)s
