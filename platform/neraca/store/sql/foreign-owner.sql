select
from pg_catalog.pg_namespace n
where n.nspname = 'ledger'
  and not pg_has_role(session_user, n.nspowner, 'member')
