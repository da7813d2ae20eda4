create schema if not exists ledger;

create table if not exists ledger.migrations (
  name text primary key,
  sha256 bytea not null,
  applied_at timestamptz not null default now()
);
