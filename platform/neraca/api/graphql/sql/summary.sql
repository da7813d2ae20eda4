-- From counts that are kept, not from the appraisals: a city's page is asked for often and must not read its people.
select coalesce(json_agg(row_to_json(x) order by x.unit, x.outcome), '[]') as rows
from (
  select
    case when %(by_unit)s then s.unit end as unit,
    case when %(by_outcome)s then s.outcome end as outcome,
    sum(s.people) as people
  from (
    -- part held: of = read_scores.summary; columns = agency, period, unit, outcome, people
  ) s
  where s.agency = %(agency)s
    and s.period = %(period)s
  group by 1, 2
) x
