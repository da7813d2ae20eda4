select c.relname::text, a.attname::text, t.typname::text, t.oid::int8, t.typarray::int8
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_type t on t.oid = a.atttypid
where n.nspname = %(schema)s
  and c.relname = any(%(tables)s)
  and a.attnum > 0
  and not a.attisdropped
  -- What the database makes of other columns is no field of a row.
  and a.attgenerated = ''
