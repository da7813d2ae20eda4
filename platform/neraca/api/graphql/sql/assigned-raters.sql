-- Who is or was assigned to rate in an appraisal, in order of their numbers. What may be told of it rater_privacy says.
select coalesce(json_agg(row_to_json(x) order by x.rater), '[]') as rows
from (
  select r.rater, r.relation, r.standing, r.day as on, r.reason, r.instead, r.moves, r.closed
  from read_raters.rater r
  where r.agency = %(agency)s
    and r.stream = %(stream)s
) x
