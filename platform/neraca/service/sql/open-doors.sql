-- Surveys whose public door is not shut, with their points.
select s.stream, s.unit, s.period, s.survey, s.points::text as points, s.opens, s.closes
from read_satisfaction.survey s
where s.agency = %(agency)s
  and not s.shut
  and s.closes is not null
order by s.unit, s.period, s.survey
