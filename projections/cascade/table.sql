-- A vision with its missions as an event left it, for the years to `last_year`.
create table mission (
  agency text not null,
  first_year integer not null,
  position bigint not null,
  last_year integer not null,
  vision text not null,
  missions jsonb not null,
  decree text not null,
  reason text,
  at timestamptz not null,
  by text not null,
  primary key (agency, first_year, position)
);

create table span (
  agency text not null,
  first_year integer not null,
  last_year integer not null,
  vision text not null,
  missions jsonb not null,
  decree text not null,
  primary key (agency, first_year)
);

-- The plan of a unit as an event left it.
create table unit_plan (
  agency text not null,
  unit text not null,
  year integer not null,
  position bigint not null,
  status text not null,
  fixed boolean not null,
  head text,
  feedback text,
  reason text,
  results jsonb not null,
  version integer not null,
  at timestamptz not null,
  by text not null,
  primary key (agency, year, unit, position)
);

create table standing_unit_plan (
  agency text not null,
  unit text not null,
  year integer not null,
  head text,
  results jsonb not null,
  primary key (agency, unit, year)
);

-- What a planned result serves from an event on; nothing where it was undone.
create table link (
  agency text not null,
  employee text not null,
  period text not null,
  result text not null,
  position bigint not null,
  year integer not null,
  serves text,
  serves_employee text,
  serves_period text,
  serves_unit text,
  kind text,
  target text,
  share numeric,
  day date not null,
  reason text,
  by text not null,
  primary key (agency, employee, period, result, position)
);
create index on link (agency, serves_employee, serves_period, serves);
create index on link (agency, serves_unit, year, serves);

-- A change of a plan that was proposed, of the period for whose plan of the year it is; '' of an appraisal's own.
create table plan_change (
  agency text not null,
  stream uuid not null,
  period text not null,
  change text not null,
  position bigint not null,
  at timestamptz not null,
  by text not null,
  reason text not null,
  results jsonb not null,
  dropped jsonb not null,
  status text not null,
  answered_by text,
  answer text,
  answered bigint,
  primary key (agency, stream, period, change)
);

create table talk (
  agency text not null,
  employee text not null,
  period text not null,
  position bigint not null,
  day date not null,
  by text not null,
  note text not null,
  primary key (agency, employee, period, position)
);

-- What somebody plans or has planned, or what was linked, as it stands; each is named by `node`, and what it serves by
-- `serves_node`, or by `serves_unit` and `serves`.
create table planned (
  agency text not null,
  employee text not null,
  period text not null,
  result text not null,
  position bigint not null,
  node uuid not null,
  year integer not null,
  nth integer not null,
  planned boolean not null,
  fixed boolean not null,
  title text not null,
  priority text not null,
  perspective text,
  targets jsonb not null,
  linked bigint,
  serves text,
  serves_node uuid,
  serves_unit text,
  primary key (agency, employee, period, result)
);
create unique index on planned (agency, node);

-- The same as each event left it, until another changed it.
create table planned_then (
  agency text not null,
  employee text not null,
  period text not null,
  result text not null,
  position bigint not null,
  node uuid not null,
  year integer not null,
  nth integer not null,
  planned boolean not null,
  fixed boolean not null,
  title text not null,
  priority text not null,
  perspective text,
  targets jsonb not null,
  linked bigint,
  serves text,
  serves_node uuid,
  serves_unit text,
  until bigint,
  primary key (agency, node, position)
);
create index on planned_then (agency, employee, year);
create index on planned_then (agency, serves_node);
create index on planned_then (agency, serves_unit, year, serves);

create table appraisal_plan (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  year integer not null,
  fixed boolean not null,
  results jsonb not null,
  primary key (agency, stream)
);

create table year_of_plans (
  agency text not null,
  employee text not null,
  year integer not null,
  of_year boolean not null,
  plans jsonb not null,
  primary key (agency, employee, year)
);
