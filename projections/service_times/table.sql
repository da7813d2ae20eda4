-- What happened to the service times of a unit in a period, in order: what they are, or were at a position, is folded
-- from these. `event` is what the log has of it, without the records themselves.
create table steps (
  agency text not null,
  unit text not null,
  period text not null,
  log_position bigint not null,
  tag text not null,
  recorded_at timestamptz not null,
  by text not null,
  event jsonb not null,
  primary key (agency, unit, period, log_position)
);

-- The systems that times are imported from, as they were registered and revised.
create table sources (
  agency text not null,
  source text not null,
  log_position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  system text not null,
  importers jsonb not null,
  reason text,
  primary key (agency, source, log_position)
);
