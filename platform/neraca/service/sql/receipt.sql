-- Where the answer is that a receipt was given for: counted in the log, or waiting to be; and what it counts in.
with found as (
  select r.stream, r.point, r.position
  from read_satisfaction.receipt r
  where r.agency = %(agency)s
    and r.receipt = %(receipt)s
  union all
  select d.stream, d.point, null::bigint
  from door.received(%(agency)s, %(receipt)s) d
)
select
  s.unit,
  s.survey,
  s.period,
  f.point,
  coalesce(p.name, f.point) as name,
  s.closes + 1 as counted_by,
  f.position,
  s.open,
  c.position as closing
from found f
join read_satisfaction.survey s on s.agency = %(agency)s and s.stream = f.stream
left join read_satisfaction.service_point p on p.agency = s.agency and p.point = f.point
left join read_satisfaction.result c
  on c.agency = s.agency and c.unit = s.unit and c.survey = s.survey and c.period = s.period and c.point = ''
order by f.position nulls last
limit 1
