-- Of rows alike in employee, period and level, or month, that of the last position counts; the others are its history.
create table credit (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  period text not null,
  level text not null,
  months int not null,
  predicate text not null,
  points numeric not null,
  accumulated numeric not null,
  rank_need numeric,
  level_need numeric,
  result bigint not null,
  policy_id text not null,
  policy_version int not null,
  policy_hash text not null,
  facts_digest text not null,
  facts jsonb not null,
  nodes jsonb not null,
  behind jsonb not null,
  reason text,
  read_until bigint not null,
  primary key (agency, position)
);

create index on credit (agency, employee, position);

create table brought_forward (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  level text not null,
  points numeric not null,
  since date not null,
  decree text not null,
  years int,
  primary key (agency, position)
);

create index on brought_forward (agency, employee, position);

create table allowances (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  employee text not null,
  month text not null,
  amount numeric not null,
  predicate text not null,
  appraisal text not null,
  result bigint not null,
  policy_id text not null,
  policy_version int not null,
  policy_hash text not null,
  facts_digest text not null,
  facts jsonb not null,
  nodes jsonb not null,
  behind jsonb not null,
  reason text,
  provisional boolean not null,
  read_until bigint not null,
  lacking jsonb not null,
  whole numeric,
  unpaid jsonb,
  primary key (agency, position)
);

create index on allowances (agency, employee, month, position);
create index on allowances (agency, month, employee, position);

create table ceilings (
  agency text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  by text not null,
  since date not null,
  post text,
  position_class text,
  career_level text,
  work_load numeric not null,
  achievement numeric not null,
  conditions numeric not null,
  scarcity numeric not null,
  basis text not null,
  withdrawn boolean not null,
  primary key (agency, position)
);

-- Events that touch what is paid or credited for the days from `since` to `until`: what was told before them must be
-- told anew. With `facts`, only where the policy asks for one of those.
create table touches (
  agency text not null,
  employee text not null,
  position bigint not null,
  since date not null,
  until date not null,
  facts jsonb not null,
  pay boolean not null,
  credit boolean not null,
  primary key (agency, position)
);

create index on touches (agency, employee, position);

create table leaves (
  agency text not null,
  stream uuid not null,
  decree text not null,
  kind text not null,
  since date not null,
  until date,
  primary key (agency, stream, decree)
);

create table people (
  agency text not null,
  stream uuid not null,
  employee text not null,
  primary key (agency, stream)
);
