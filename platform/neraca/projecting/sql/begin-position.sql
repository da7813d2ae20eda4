-- The share lock keeps a switch of tables out while an agency is added.
insert into read.positions (agency, projection, digest, generation, position)
select %(agency)s, p.projection, p.digest, 0, 0
from read.projections p
where p.projection = %(projection)s
for share of p
on conflict (agency, projection) do nothing
