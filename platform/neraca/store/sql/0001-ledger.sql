-- The ledger: every agency's events, numbered without gaps, and who may touch them.
-- The agency comes first in every key, so the same tables serve one server and a cluster distributed by agency.

create table ledger.agencies (
  agency text primary key check (agency ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  registered_at timestamptz not null default now()
);

-- One row per agency. Its row lock orders the agency's appends; nothing is locked across agencies.
create table ledger.heads (
  agency text primary key,
  position bigint not null default 0 check (position >= 0),
  recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 20, autovacuum_vacuum_threshold = 1000);

create table ledger.events (
  agency text not null,
  position bigint not null check (position > 0),
  stream uuid not null,
  version int not null check (version > 0),
  type text not null,
  data bytea not null,
  recorded_at timestamptz not null,
  primary key (agency, position),
  unique (agency, stream, version)
);

-- What became of a request that came with an idempotency key: the events from first to last, none if last < first.
create table ledger.requests (
  agency text not null,
  key text not null check (length(key) between 1 and 255),
  body_hash bytea not null,
  position_first bigint not null,
  position_last bigint not null,
  recorded_at timestamptz not null,
  primary key (agency, key)
);

-- The second wall: rows only of the agency the transaction has named, and none if it has named none.
-- Heads and agencies stay open to their owner, so that ledger.positions() can serve every follower at once.
alter table ledger.agencies enable row level security;
alter table ledger.heads enable row level security;
alter table ledger.events enable row level security;
alter table ledger.events force row level security;
alter table ledger.requests enable row level security;
alter table ledger.requests force row level security;

create policy own_agency on ledger.agencies
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on ledger.heads
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on ledger.events
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on ledger.requests
  using (agency = current_setting('neraca.agency', true));

-- Positions only, of every agency: what a follower compares with its own.
create function ledger.positions()
returns table (agency text, "position" bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select h.agency, h.position
  from ledger.heads h
$$;

grant usage on schema ledger to neraca_app, neraca_projector;
grant select on ledger.agencies, ledger.heads, ledger.events, ledger.requests to neraca_app;
grant select on ledger.agencies, ledger.heads, ledger.events to neraca_projector;
revoke execute on function ledger.positions() from public;
grant execute on function ledger.positions() to neraca_app, neraca_projector;

-- Projections make and replace their own tables here; the application only reads them.
create schema read authorization neraca_projector;
grant usage on schema read to neraca_app;
alter default privileges for role neraca_projector in schema read
  grant select on tables to neraca_app;
