-- Of which class of posts each of these people is in their final result of a period, empty where that is of none.
select r.employee, coalesce(r.position_class, '') as position_class
from read_results.result r
where r.agency = %(agency)s
  and r.period = %(period)s
  and r.employee = any(%(people)s)
