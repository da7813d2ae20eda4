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
