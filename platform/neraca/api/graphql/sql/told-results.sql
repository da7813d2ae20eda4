-- The planned results of the approved plan of the appraisal `p`.
select r.*
from (
  -- part held: of = read_dossier.result; columns = agency, stream, result, nth, title, priority, source, level, level_note, perspective
) r
where r.agency = p.agency
  and r.stream = p.stream
