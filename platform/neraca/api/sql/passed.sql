-- What every projection has passed: an agency that one of them has not begun is not here.
select p.agency, min(p.position) as position
from read.positions p
group by p.agency
having count(*) = (select count(*) from read.projections)
