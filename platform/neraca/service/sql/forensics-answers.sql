-- Who answered many reports within one window, by month.
select
  settler,
  month,
  reports,
  most,
  since,
  until,
  first_position,
  last_position
from read_forensics.settlement
where agency = %(agency)s
  and month = any(%(months)s)
  and most >= %(least)s
