-- Webhooks: where events are sent, how far each receiver has them, and what could not be delivered.
--
-- A secret is kept as it is, since each message is signed with it; it is told once, to whoever subscribes.

create schema webhook;

-- `position` is that of the last event that was delivered or given up; `attempts` are of the one after it. `types` null
-- is every type.
create table webhook.subscription (
  agency text not null,
  id uuid not null,
  owner text not null check (length(owner) between 1 and 255),
  url text not null check (length(url) between 1 and 2000),
  types text[],
  secret bytea not null check (length(secret) = 32),
  made_at timestamptz not null,
  position bigint not null check (position >= 0),
  attempts int not null default 0,
  next_at timestamptz not null default '-infinity',
  trouble text check (length(trouble) <= 500),
  disabled_at timestamptz,
  primary key (agency, id)
);

-- Events that were given up; `again` where somebody asked for them once more.
create table webhook.dead_letter (
  agency text not null,
  subscription uuid not null,
  position bigint not null,
  reason text not null check (length(reason) <= 500),
  died_at timestamptz not null,
  again boolean not null default false,
  primary key (agency, subscription, position),
  foreign key (agency, subscription) references webhook.subscription (agency, id) on delete cascade
);

alter table webhook.subscription enable row level security;
alter table webhook.subscription force row level security;
alter table webhook.dead_letter enable row level security;
alter table webhook.dead_letter force row level security;

create policy own_agency on webhook.subscription
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on webhook.dead_letter
  using (agency = current_setting('neraca.agency', true));

-- For the function below alone, which is its owner's: nobody who connects has that role.
create policy what_is_due on webhook.subscription
  for select to current_user
  using (true);
create policy what_is_due on webhook.dead_letter
  for select to current_user
  using (true);

-- Which subscriptions of all agencies have something to be sent at an instant; no more is told of them.
create function webhook.due(p_now timestamptz)
returns table (agency text, id uuid)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.agency, s.id
  from webhook.subscription s
  join ledger.heads h on h.agency = s.agency
  where s.disabled_at is null
    and s.next_at <= p_now
    and (
      s.position < h.position
      or exists (
        select
        from webhook.dead_letter d
        where d.agency = s.agency
          and d.subscription = s.id
          and d.again
      )
    )
  order by s.agency, s.id
$$;

grant usage on schema webhook to neraca_app;
grant select, insert, update, delete on webhook.subscription, webhook.dead_letter to neraca_app;
revoke execute on function webhook.due(timestamptz) from public;
grant execute on function webhook.due(timestamptz) to neraca_app;
