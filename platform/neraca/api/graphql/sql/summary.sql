-- From counts that are kept, not from the appraisals: a city's page is asked for often and must not read its people.
select
  case when %(by_unit)s then s.unit end as unit,
  case when %(by_outcome)s then s.outcome end as outcome,
  sum(s.people)::int as people
from (
  -- part held: of = read_scores.summary; columns = agency, period, unit, outcome, people
) s
where s.agency = %(agency)s
  and s.period = %(period)s
group by 1, 2
order by 1, 2
