-- What runs in an agency, the same days and the same tellings together: few groups, however many people there are.
select
  -- part clock-terms: clock = c
from read_clocks.clock c
where c.agency = %(agency)s
  and c.ended is null
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
