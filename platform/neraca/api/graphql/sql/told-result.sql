-- The planned result of the target `t`.
select r.*
from (
  -- part held: of = read_dossier.result; columns = agency, stream, result, nth, title, priority, source, level, level_note, perspective
) r
where r.agency = t.agency
  and r.stream = t.stream
  and r.result = t.result
