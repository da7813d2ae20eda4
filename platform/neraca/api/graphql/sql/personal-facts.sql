-- What the log says of an employee that counts in their appraisals, of these types: up to a position, in order of the log.
select
  known.position,
  known.event
from read_roster.employees e
join read_scores.subject s
  on s.agency = e.agency
  and s.stream = e.stream
cross join lateral jsonb_to_recordset(s.facts) as known (event jsonb, position bigint)
where e.agency = %(agency)s
  and e.employee = %(employee)s
  and known.event ->> 'type' = any(%(types)s)
  and known.position <= %(position)s
order by known.position
