-- Which files were applied: whoever serves and owns nothing sees by it whether the database is what the program expects.
create function ledger.applied()
returns table (name text, sha256 bytea)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select m.name, m.sha256
  from ledger.migrations m
$$;

revoke execute on function ledger.applied() from public;
grant execute on function ledger.applied() to neraca_app, neraca_projector;
