-- Where another version of the program set something aside: this one may do better.
select distinct agency
from read.set_aside
where projection = %s
  and program <> %s
order by agency
