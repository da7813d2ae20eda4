-- That the objection to the result of `{of}` was decided, by which what was paid provisionally is to be settled. With a
-- position, as far as the log went there.
select
from read_scores.appraisal a
join read_dossier.objection o
  on o.agency = a.agency
  and o.stream = a.stream
where {of}.provisional
  and a.agency = {of}.agency
  and a.employee = {of}.employee
  and a.period = {of}.appraisal
  and o.decided_position > {of}.position
  and ({position}::bigint is null or o.decided_position <= {position})
