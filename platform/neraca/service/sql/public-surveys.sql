-- Surveys with a public door, by service point: tokens, what was passed on so far, and what was noticed.
select
  s.unit,
  s.survey,
  s.period,
  d.point,
  s.opens,
  s.closes,
  s.hourly,
  s.shut,
  s.open,
  d.tokens,
  d.verified,
  d.unverified,
  d.flagged::text as flagged
from read_satisfaction.survey s
join read_satisfaction.standing d on d.agency = s.agency and d.stream = s.stream
where s.agency = %(agency)s
  and (%(unit)s::text is null or s.unit = %(unit)s)
order by s.unit, s.period desc, s.survey, d.point
