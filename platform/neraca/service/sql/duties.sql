-- What people of a unit, or of all, have planned by the same indicator and unit of measure, and how many met it, of
-- those whose result is final. Words are compared without regard to capitals and spaces around them. What somebody plans
-- several times is one duty, and somebody has one result of a period: so by result first, which spares sorting them all.
with duties as (
  select
    lower(trim(t.indicator)) as duty,
    lower(trim(t.unit)) as measured_in,
    min(t.indicator) as indicator,
    min(t.unit) as unit,
    bool_or(t.actual is not null) as reported,
    bool_or((t.polarity = 'max' and t.actual >= t.value) or (t.polarity = 'min' and t.actual <= t.value)) as met,
    r.position
  from read_results.result r
  join read_dossier.target t
    on t.agency = r.agency
    and t.stream = r.stream
  where r.agency = %(agency)s
    and r.period = %(period)s
    and (%(units)s::text[] is null or r.unit = any(%(units)s))
    and t.value is not null
  group by lower(trim(t.indicator)), lower(trim(t.unit)), r.stream, r.position
)
select
  min(d.indicator) as duty,
  min(d.unit) as measured_in,
  count(*)::int as people,
  count(*) filter (where d.reported)::int as reported,
  count(*) filter (where d.met)::int as met,
  max(d.position) as position
from duties d
group by d.duty, d.measured_in
having count(*) >= %(floor)s
order by count(*) filter (where d.met)::numeric / count(*), d.duty, d.measured_in
