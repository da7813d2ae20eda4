-- Of every policy the agency published.
select p.hash
from read_scores.policy p
where p.agency = %(agency)s
