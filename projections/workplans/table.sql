create table work_plan (
  agency text not null,
  stream uuid not null,
  period text not null,
  position bigint not null,
  employee text not null,
  starts date not null,
  ends date not null,
  status text not null,
  feedback text,
  due date,
  reason text,
  backdated_to date,
  version integer not null,
  results jsonb not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  by text not null,
  terms jsonb,
  primary key (agency, stream, period, position)
);
create index on work_plan (agency, employee, period, position);

create table plan (
  agency text not null,
  stream uuid not null,
  period text not null,
  employee text not null,
  ends date not null,
  status text not null,
  due date,
  version integer not null,
  results jsonb not null,
  terms jsonb,
  reason text,
  primary key (agency, stream, period)
);

-- Time limits of plans of which the log says that they came near or passed.
create table told (
  agency text not null,
  employee text not null,
  period text not null,
  last date not null,
  near boolean not null,
  passed boolean not null,
  primary key (agency, employee, period, last)
);
