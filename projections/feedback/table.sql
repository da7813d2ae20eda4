-- Words as they stand: what is withdrawn has no row.
create table feedback (
  agency text not null,
  stream uuid not null,
  opened bigint not null,
  giver text not null,
  feedback text not null,
  position bigint not null,
  employee text not null,
  period text not null,
  source text not null,
  tone text not null,
  words text not null,
  day date not null,
  result text,
  indicator text,
  primary key (agency, stream, opened, giver, feedback)
);

create index on feedback (agency, giver, position);

create table request (
  agency text not null,
  stream uuid not null,
  opened bigint not null,
  asker text not null,
  asked text not null,
  subject text not null,
  position bigint not null,
  employee text not null,
  period text not null,
  source text not null,
  day date not null,
  result text,
  indicator text,
  question text,
  waits boolean not null,
  open boolean not null,
  primary key (agency, stream, opened, asker, asked, subject)
);

create index on request (agency, asked, position);
create index on request (agency, asker, position);

-- Whoever opens an appraisal again begins anew.
create table opening (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  primary key (agency, stream, position)
);

-- From the first on, what colleagues said is told of many.
create table fixing (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  primary key (agency, stream, position)
);

create table appraisal (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  opened bigint not null,
  waiting jsonb not null,
  open jsonb not null,
  primary key (agency, stream)
);
