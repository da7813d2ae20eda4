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
