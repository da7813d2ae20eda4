-- The changes of a plan that were proposed, in order of the log: of the plan of the year for a period, or of an
-- appraisal's; with what became of each up to a position, or by now.
select coalesce(json_agg(row_to_json(c) order by c.position), '[]') as rows
from (
  select c.change, c.position, c.at, c.by, c.reason, c.results, c.dropped,
    case when known.answer then c.status else 'proposed' end as status,
    case when known.answer then c.answered_by end as answered_by,
    case when known.answer then c.answer end as answer,
    case when known.answer then c.answered end as answered
  from read_cascade.plan_change c
  cross join lateral (
    select c.answered is not null and (%(position)s::bigint is null or c.answered <= %(position)s) as answer
  ) known
  where c.agency = %(agency)s
    and (%(position)s::bigint is null or c.position <= %(position)s)
    and ((c.stream = %(year)s and c.period = %(period)s) or (c.stream = %(appraisal)s and c.period = ''))
) c
