-- What a token lets in to: a survey of a service point. One round trip, whether there is such a token or not.
select
  l.stream,
  l.point,
  l.token,
  l.open as is_open_link,
  s.unit,
  s.period,
  s.survey,
  s.elements::text as elements,
  s.opens,
  s.closes,
  s.hourly,
  s.shut,
  p.name,
  p.hours,
  not l.open and door.is_used(l.agency, l.stream, l.token) as used
from read_satisfaction.link l
join read_satisfaction.survey s on s.agency = l.agency and s.stream = l.stream
join read_satisfaction.service_point p on p.agency = l.agency and p.point = l.point
where l.agency = %(agency)s
  and l.token = door.digest(%(agency)s, %(secret)s)
  and s.closes is not null
