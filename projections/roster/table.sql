create table employees (
  agency text not null,
  stream uuid not null,
  employee text not null,
  name text not null,
  employment_type text not null,
  position text not null,
  position_class text not null,
  career_level text,
  unit text,
  supervisor text,
  since date not null,
  placed_since date,
  retired date,
  version int not null,
  log_position bigint not null,
  primary key (agency, stream),
  unique (agency, employee)
);

create index on employees (agency, unit, name, employee);
create index on employees (agency, supervisor);

-- A place holds from `since` until the next one of the employee.
create table places (
  agency text not null,
  employee text not null,
  log_position bigint not null,
  recorded_at timestamptz not null,
  unit text not null,
  supervisor text,
  position text not null,
  since date not null,
  reason text,
  primary key (agency, employee, log_position)
);
