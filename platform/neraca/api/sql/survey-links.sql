-- What tokens let in to: a survey of a service point each. One round trip, whether there are such tokens or not.
select
  a.nth,
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
from unnest(%(secrets)s::text[]) with ordinality a (secret, nth)
join read_satisfaction.link l on l.agency = %(agency)s and l.token = door.digest(%(agency)s, a.secret)
join read_satisfaction.survey s on s.agency = l.agency and s.stream = l.stream
join read_satisfaction.service_point p on p.agency = l.agency and p.point = l.point
where s.closes is not null
