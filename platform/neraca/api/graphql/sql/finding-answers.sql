-- What was said to findings of a period, in the order in which it was.
select
  judge,
  finding,
  position,
  by,
  at,
  closed,
  words
from read_forensics.answer
where agency = %(agency)s
  and period = %(period)s
order by position
