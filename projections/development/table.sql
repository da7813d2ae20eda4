-- What happened to the training plans of units.
create table training (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  unit text not null,
  period text not null,
  event jsonb not null,
  primary key (agency, position)
);

create index on training (agency, unit, period, position);
create index on training (agency, period, unit, position);

-- Whom each proposal names: a plan is found again by its people.
create table named (
  agency text not null,
  employee text not null,
  position bigint not null,
  unit text not null,
  period text not null,
  primary key (agency, employee, position)
);

-- What happened to what employees plan for themselves.
create table own_plans (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  year int not null,
  event jsonb not null,
  primary key (agency, position)
);

create index on own_plans (agency, employee, position);
