-- The targets of the approved plan of the appraisal `p`.
select t.*
from (
  -- part held: of = read_dossier.target; columns = agency, stream, result, target, nth, indicator, unit, aspect, polarity, value, weight, actual, until
) t
where t.agency = p.agency
  and t.stream = p.stream
