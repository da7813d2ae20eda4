-- Where in the log the appraisal of `{of}` was opened last, or cancelled.
select d.opened
from (
  -- part held: of = read_dossier.dossier; columns = agency, stream, opened
) d
where d.agency = {of}.agency
  and d.stream = {of}.stream
