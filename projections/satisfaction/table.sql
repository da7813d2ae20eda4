create table service_point (
  agency text not null,
  point text not null,
  unit text not null,
  name text not null,
  kind text not null,
  hours text not null,
  since date not null,
  until date,
  position bigint not null,
  primary key (agency, point)
);

create index on service_point (agency, unit, point);

create table survey (
  agency text not null,
  stream uuid not null,
  unit text not null,
  period text not null,
  survey text not null,
  elements jsonb not null,
  points jsonb not null,
  opens date,
  closes date,
  hourly int not null,
  position bigint not null,
  open boolean not null,
  shut boolean not null,
  afresh boolean not null,
  primary key (agency, stream)
);

create index on survey (agency, closes) where not shut;

-- By the keyed hash of a token: what it lets in to.
create table link (
  agency text not null,
  token text not null,
  stream uuid not null,
  point text not null,
  open boolean not null,
  primary key (agency, token)
);

-- A survey that runs, by service point.
create table standing (
  agency text not null,
  stream uuid not null,
  point text not null,
  tokens int not null,
  verified int not null,
  unverified int not null,
  flagged jsonb not null,
  primary key (agency, stream, point)
);

create table receipt (
  agency text not null,
  receipt text not null,
  stream uuid not null,
  point text not null,
  position bigint not null,
  primary key (agency, receipt)
);

-- What was answered by the closing that stands: of a unit where the point is empty, else of one service point.
create table result (
  agency text not null,
  unit text not null,
  survey text not null,
  period text not null,
  point text not null,
  answered int not null,
  sums jsonb not null,
  counts jsonb not null,
  unverified int not null,
  unverified_sums jsonb not null,
  unverified_counts jsonb not null,
  flagged jsonb not null,
  position bigint not null,
  supplemented boolean not null,
  lacks bigint,
  primary key (agency, unit, survey, period, point)
);

create index on result (agency, survey, period, unit) where point = '';

-- All units of an agency that enough citizens answered, together.
create table whole (
  agency text not null,
  survey text not null,
  period text not null,
  units int not null,
  sums jsonb not null,
  counts jsonb not null,
  position bigint not null,
  lacks bigint,
  primary key (agency, survey, period)
);

create table comment (
  agency text not null,
  stream uuid not null,
  comment text not null,
  unit text not null,
  survey text not null,
  period text not null,
  point text not null,
  words text not null,
  standing text not null,
  released text,
  reason text,
  position bigint not null,
  primary key (agency, stream, comment)
);

create index on comment (agency, standing, unit, position, comment);
