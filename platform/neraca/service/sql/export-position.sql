-- Up to which event of the log a read model has taken in.
select p.position
from read.positions p
where p.agency = %(agency)s
  and p.projection = %(read_model)s
