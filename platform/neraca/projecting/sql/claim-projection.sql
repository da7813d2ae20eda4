insert into read.projections (projection, digest)
values (%(projection)s, %(digest)s)
on conflict (projection) do update
set digest = excluded.digest
