-- Who answered many reports within one window, by month.
select
  settler,
  month,
  reports,
  most,
  since,
  until,
  array(select jsonb_array_elements_text(positions)::bigint) as positions
from read_forensics.settlement
where agency = %(agency)s
  and month = any(%(months)s)
  and most >= %(least)s
