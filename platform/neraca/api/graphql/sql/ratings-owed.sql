-- The appraisals in which somebody is assigned to rate and has not, and those who rate there still may; newest first.
select coalesce(json_agg(row_to_json(x) order by x.position desc), '[]') as rows
from (
  select a.employee, a.period, a.ends, a.policy_hash, r.relation, r.day as on, r.position
  from read_raters.rater r
  join read_scores.appraisal a
    on a.agency = r.agency
    and a.stream = r.stream
  where r.agency = %(agency)s
    and r.rater = %(person)s
    and r.standing = %(assigned)s
    and not r.closed
    and jsonb_array_length(r.moves) %% 2 = 0
    and a.policy_hash is not null
) x
