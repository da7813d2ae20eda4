create table judged (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  ends date not null,
  reports integer not null,
  late integer not null,
  unanswered integer not null,
  levels jsonb not null,
  mark text not null,
  judge text,
  judged_at timestamptz,
  judged_position bigint,
  fixed_by text,
  fixed_at timestamptz,
  fixed_position bigint,
  unread integer,
  primary key (agency, stream)
);
create index on judged (agency, period) where fixed_position is not null;

create table answer (
  agency text not null,
  judge text not null,
  period text not null,
  finding text not null,
  position bigint not null,
  closed boolean not null,
  words text not null,
  by text not null,
  at timestamptz not null,
  primary key (agency, judge, period, finding, position)
);

create table settlement (
  agency text not null,
  settler text not null,
  month text not null,
  reports integer not null,
  recent jsonb not null,
  most integer not null,
  since timestamptz,
  until timestamptz,
  positions jsonb not null,
  primary key (agency, settler, month)
);
