-- What was told of a unit in two periods that counts for all its people, in order of the log, as JSON.
select u.period, u.facts::text as facts
from read_scores.unit_period u
where u.agency = %(agency)s
  and u.unit = %(unit)s
  and u.period in (%(before)s, %(after)s)
