-- Whoever connects may take the place of every role that it is a member of.
select
  session_user::text,
  coalesce(bool_or(r.rolsuper), false),
  coalesce(bool_or(r.rolbypassrls), false),
  has_database_privilege(session_user, current_database(), 'create') or exists (
    select
    from pg_catalog.pg_namespace n
    where n.nspname = 'ledger'
      and pg_has_role(session_user, n.nspowner, 'member')
  )
from pg_catalog.pg_roles r
where pg_has_role(session_user, r.oid, 'member')
