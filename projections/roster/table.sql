-- What registration said; where and under whom somebody serves on a day is for `places` and that day to say.
create table employees (
  agency text not null,
  stream uuid not null,
  employee text not null,
  name text not null,
  employment_type text not null,
  position text not null,
  position_class text,
  career_level text,
  since date not null,
  retired date,
  version int not null,
  log_position bigint not null,
  primary key (agency, stream),
  unique (agency, employee)
);

-- A place holds from `since` until the next one of the employee by that day, in whatever order they were recorded; of
-- two for one day the one recorded later holds. A position holds until a later place names another.
create table places (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  recorded_at timestamptz not null,
  unit text not null,
  supervisor text,
  position text,
  since date not null,
  reason text,
  primary key (agency, employee, log_position)
);

create index on places (agency, supervisor);

-- Last days of service, as they were recorded; a later one corrects those before.
create table retirements (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  last_day date not null,
  primary key (agency, employee, log_position)
);
