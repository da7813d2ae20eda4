-- Roles belong to the cluster, so this runs before every migration and tolerates what another has made meanwhile.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['neraca_app', 'neraca_projector'] loop
    begin
      if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
        execute pg_catalog.format('create role %I nologin', wanted);
      end if;
    exception
      when duplicate_object or unique_violation then null;
    end;

    begin
      if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        execute pg_catalog.format('grant %I to current_user', wanted);
      end if;
    exception
      when unique_violation or internal_error then null; -- granted by a migration of another database just now
      when insufficient_privilege then
        if not pg_catalog.pg_has_role(wanted, 'member') then
          raise;
        end if;
    end;
  end loop;
end;
$$;
