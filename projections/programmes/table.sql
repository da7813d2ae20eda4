-- A programme, by the event that started it.
create table programmes (
  agency text not null,
  programme text not null,
  log_position bigint not null,
  primary key (agency, programme)
);

-- What happened in each, in order: what a programme is, or was at a position, is folded from these.
create table steps (
  agency text not null,
  programme text not null,
  log_position bigint not null,
  version integer not null,
  tag text not null,
  at timestamptz not null,
  by text not null,
  event jsonb not null,
  primary key (agency, programme, log_position)
);

-- Who was ever taken into which, by the event that did so first.
create table memberships (
  agency text not null,
  employee text not null,
  programme text not null,
  log_position bigint not null,
  primary key (agency, employee, programme)
);
