-- The targets of the approved plan of the appraisal `{of}`.
select t.*
from (
  -- part held: of = read_dossier.target; columns = agency, stream, result, target, nth, indicator, unit, aspect, polarity, value, weight, actual, until
) t
where t.agency = {of}.agency
  and t.stream = {of}.stream
