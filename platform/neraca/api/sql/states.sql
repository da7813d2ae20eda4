-- All that an answer can come from: the log's end, and of each read model its version, its build and how far it is.
select
  h.agency,
  concat_ws('.', h.position, md5(string_agg(
    concat_ws('.', p.projection, p.digest, p.generation, p.position), ',' order by p.projection
  ))) as state
from ledger.positions() h
left join read.positions p
  on p.agency = h.agency
group by h.agency, h.position
