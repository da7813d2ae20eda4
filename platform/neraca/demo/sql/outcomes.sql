select s.period, s.outcome, sum(s.people)::int
from read_scores.summary s
where s.agency = %(agency)s
group by s.period, s.outcome
order by s.period, s.outcome
