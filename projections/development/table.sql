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

-- How each candidacy stood from an event on: of rows alike in employee, kind and period the last counts.
create table candidacies (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  kind text not null,
  period text not null,
  stage text not null,
  outcome text,
  eligible boolean not null,
  considered jsonb not null,
  reason text,
  answer text,
  decree text,
  nominated_by text,
  primary key (agency, position)
);

create index on candidacies (agency, kind, period, employee, position);
create index on candidacies (agency, employee, position);

create table considering (
  agency text not null,
  stream uuid not null,
  last jsonb not null,
  primary key (agency, stream)
);

create table potential (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  value numeric not null,
  source text not null,
  assessor text not null,
  day date not null,
  document text,
  primary key (agency, position)
);

create index on potential (agency, employee, position);
