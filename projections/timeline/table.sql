create table events (
  agency text not null,
  position bigint not null,
  employee text not null,
  period text not null,
  stream uuid not null,
  version int not null,
  tag text not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  by text,
  on_behalf_of text,
  effective date,
  data jsonb not null,
  primary key (agency, position)
);

create unique index on events (agency, stream, version);
create index on events (agency, employee, position);

-- What the events after the first one do not repeat.
create table appraisals (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  raters jsonb not null,
  version int not null,
  hidden boolean not null,
  closed_by text,
  telling jsonb not null,
  sealed jsonb not null,
  primary key (agency, stream)
);
