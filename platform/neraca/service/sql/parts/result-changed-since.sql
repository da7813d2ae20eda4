-- What was done to the appraisal of `{of}` since the result that it goes back to: fixed anew, opened again or made void.
-- With a position, as far as the log went there.
select
from read_scores.appraisal a
join read_scores.change h
  on h.agency = a.agency
  and h.stream = a.stream
where a.agency = {of}.agency
  and a.employee = {of}.employee
  and a.period = {of}.{appraisal}
  and h.position > {of}.result
  and h.tag in ('appraisal.finalised', 'appraisal.joined', 'appraisal.reopened', 'appraisal.cancelled', 'appraisal.cut')
  and ({position}::bigint is null or h.position <= {position})
