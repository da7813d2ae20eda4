-- With each agency its head row, which an append locks: an agency without one could not be written to.
with registered as (
  insert into ledger.agencies (agency)
  select wanted
  from unnest(%(agencies)s::text[]) as wanted
  on conflict (agency) do nothing
)
insert into ledger.heads (agency)
select wanted
from unnest(%(agencies)s::text[]) as wanted
on conflict (agency) do nothing
