-- The planned result of the target `{of}`.
select r.*
from (
  -- part held: of = read_dossier.result; columns = agency, stream, result, nth, title, priority, source, level, level_note, perspective
) r
where r.agency = {of}.agency
  and r.stream = {of}.stream
  and r.result = {of}.result
