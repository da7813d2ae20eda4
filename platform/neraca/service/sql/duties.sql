-- What people of a unit, or of all, have planned by the same indicator and unit of measure, and how many met it, of
-- those whose result is final. Words are compared without regard to capitals and spaces around them.
select
  min(t.indicator) as duty,
  min(t.unit) as measured_in,
  count(distinct r.employee)::int as people,
  count(distinct r.employee) filter (where t.actual is not null)::int as reported,
  count(distinct r.employee) filter (
    where (t.polarity = 'max' and t.actual >= t.value) or (t.polarity = 'min' and t.actual <= t.value)
  )::int as met,
  max(r.position) as position
from read_results.result r
join read_dossier.target t
  on t.agency = r.agency
  and t.stream = r.stream
where r.agency = %(agency)s
  and r.period = %(period)s
  and (%(units)s::text[] is null or r.unit = any(%(units)s))
  and t.value is not null
group by lower(trim(t.indicator)), lower(trim(t.unit))
having count(distinct r.employee) >= %(floor)s
order by
  count(distinct r.employee) filter (
    where (t.polarity = 'max' and t.actual >= t.value) or (t.polarity = 'min' and t.actual <= t.value)
  )::numeric / count(distinct r.employee),
  lower(trim(min(t.indicator))),
  lower(trim(min(t.unit)))
