select
  p.hash,
  p.file,
  p.texts
from read_scores.policy p
where p.agency = %(agency)s
  and (p.hash = %(hash)s or p.hash = %(ref)s or p.id = %(ref)s or p.id || '@' || p.version = %(ref)s)
order by p.version desc
limit 1
