-- What registration said, as it was corrected last; where and under whom somebody serves on a day is for `places` and that day to say.
create table employees (
  agency text not null,
  stream uuid not null,
  employee text not null,
  name text collate "C" not null,
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

create index on employees (agency, name, employee);
create index on employees (agency, log_position, employee);

-- A place holds from `since` until the next one of the employee by that day, in whatever order they were recorded; of
-- two for one day the one recorded later holds. The title that a transfer names is among `posts`. One that was
-- recorded ahead by somebody who left before it and was taken in again is `dropped` by the event at that log position.
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
  dropped bigint,
  primary key (agency, employee, log_position)
);

create index on places (agency, supervisor);

-- What of the places and posts of an employee still stands, to know what goes with a retirement.
create table stays (
  agency text not null,
  stream uuid not null,
  places jsonb not null,
  posts jsonb not null,
  primary key (agency, stream)
);

-- Title, class and level that somebody has from a day on, as a change or a transfer says; what is null stays what it was.
-- One that was recorded ahead by somebody who left before it and was taken in again may be `dropped`, as a place is.
create table posts (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  since date not null,
  position text,
  position_class text,
  career_level text,
  dropped bigint,
  primary key (agency, employee, log_position)
);

-- What `employees` said before the event at `log_position` corrected it.
create table corrections (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  name text collate "C" not null,
  position text not null,
  position_class text,
  career_level text,
  primary key (agency, employee, log_position)
);

-- Who acts in the post that `employee` holds, or held last, in a unit.
create table acting (
  agency text not null,
  employee text not null,
  decree text not null,
  official text not null,
  unit text not null,
  since date not null,
  until date not null,
  primary key (agency, employee, decree)
);

create index on acting (agency, official);

-- Days on which an exemption keeps `employee` from the post, without a last one as long as it has no end.
create table exemptions (
  agency text not null,
  employee text not null,
  decree text not null,
  kind text not null,
  since date not null,
  until date,
  withdrawn boolean not null,
  primary key (agency, employee, decree)
);

-- Last days of service, as they were recorded; a later one corrects those before, and null says that there is none.
create table retirements (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  last_day date,
  primary key (agency, employee, log_position)
);
