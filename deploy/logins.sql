-- The two who connect, by a superuser in the database of Neraca, once: `neraca_owner` owns what `neraca migrate` makes, and
-- `neraca` serves. The latter has the rights of the two roles that work is done as, and no others.
do $$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('neraca_app', 'nologin'),
      ('neraca_projector', 'nologin'),
      ('neraca_owner', 'login'),
      ('neraca', 'login')
    ) as r (name, kind)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, wanted.kind);
    end if;
  end loop;

  grant neraca_app, neraca_projector to neraca_owner, neraca;
  execute pg_catalog.format('alter database %I owner to neraca_owner', pg_catalog.current_database());
end
$$;
