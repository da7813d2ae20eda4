-- Which version of each projection its tables belong to.
create table if not exists read.projections (
  projection text primary key,
  digest text not null
);

-- How far each projection is in each agency, in the transaction of its rows. The generation counts rebuilds, so that a
-- follower knows that the rows it remembers are no longer those of the table.
create table if not exists read.positions (
  agency text not null,
  projection text not null,
  digest text not null,
  generation bigint not null,
  position bigint not null,
  primary key (agency, projection)
) with (fillfactor = 20);

-- Events that a projection could not take in, and those of the same stream that wait for them. The position has passed
-- them all. `waits_for` is null for an event at fault; `program` is the version that set it aside.
create table if not exists read.set_aside (
  agency text not null,
  projection text not null,
  position bigint not null,
  stream uuid not null,
  tag text not null,
  waits_for bigint,
  reason text not null,
  program text not null,
  noted_at timestamptz not null default now(),
  primary key (agency, projection, position)
);

-- Why a projection stood still, where it was not an event's fault. Of the past once the position has moved on.
create table if not exists read.failures (
  agency text not null,
  projection text not null,
  position bigint not null,
  reason text not null,
  attempts int not null,
  noted_at timestamptz not null default now(),
  primary key (agency, projection)
);

-- Reasons tell of one agency's events: the application sees them as it sees rows of read models. Policies are made once,
-- for to make one anew would wait for every reader.
do $$
declare
  told regclass;
begin
  foreach told in array array['read.set_aside', 'read.failures']::regclass[] loop
    if not (select c.relrowsecurity from pg_catalog.pg_class c where c.oid = told) then
      execute format('alter table %s enable row level security', told);
      execute format(
        'create policy own_agency on %s using (agency = pg_catalog.current_setting(''neraca.agency'', true))', told
      );
    end if;
  end loop;
end
$$;

-- Numbers only, of every agency: what is told of the health of the deployment.
create or replace function read.troubles()
returns table (
  agency text,
  projection text,
  at_fault bigint,
  waiting bigint,
  failed_at bigint,
  failed_since timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select
    coalesce(a.agency, f.agency),
    coalesce(a.projection, f.projection),
    coalesce(a.at_fault, 0),
    coalesce(a.waiting, 0),
    f.position,
    f.noted_at
  from (
    select
      s.agency,
      s.projection,
      count(*) filter (where s.waits_for is null) as at_fault,
      count(*) filter (where s.waits_for is not null) as waiting
    from read.set_aside s
    group by s.agency, s.projection
  ) a
  full join read.failures f
    on f.agency = a.agency
    and f.projection = a.projection
$$;

revoke execute on function read.troubles() from public;
grant execute on function read.troubles() to neraca_app, neraca_projector;
