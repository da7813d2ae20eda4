-- Who heads a unit from a day on; nobody where `employee` is null. Of two for one day the one recorded later holds.
create table heads (
  agency text not null,
  unit text not null,
  log_position bigint not null,
  recorded_at timestamptz not null,
  employee text,
  acting boolean not null,
  since date not null,
  decree text,
  reason text,
  primary key (agency, unit, log_position)
);

-- A cohort by the appraiser whose people it is of.
create table cohorts (
  agency text not null,
  stream uuid not null,
  appraiser text not null,
  period text not null,
  primary key (agency, stream),
  unique (agency, period, appraiser)
);

-- What happened in each, in order: what a cohort is, or was at a position, is folded from these.
create table steps (
  agency text not null,
  stream uuid not null,
  log_position bigint not null,
  version integer not null,
  tag text not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  by text not null,
  on_behalf_of text,
  event jsonb not null,
  primary key (agency, stream, log_position)
);
