create table year (
  agency text not null,
  employee text not null,
  year integer not null,
  required bytea not null,
  primary key (agency, employee, year)
);
