-- Without a version the latest; a hash names one alone.
select
  p.hash,
  p.file,
  p.texts
from read_scores.policy p
where p.agency = %(agency)s
  and (p.hash = %(hash)s or p.id = %(id)s and (%(version)s::bigint is null or p.version = %(version)s))
order by p.version desc
limit 1
