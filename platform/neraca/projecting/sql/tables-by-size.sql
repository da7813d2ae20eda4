select c.relname::text
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = %s
  and c.relkind = 'r'
order by pg_catalog.pg_table_size(c.oid) desc, c.relname
