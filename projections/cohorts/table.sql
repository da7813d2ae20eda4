-- Who heads a unit from a day on; nobody where `employee` is null. Of two for one day the one recorded later holds.
create table heads (
  agency text not null,
  unit text not null,
  log_position bigint not null,
  recorded_at timestamptz not null,
  employee text,
  acting boolean not null,
  since date not null,
  decree text,
  reason text,
  primary key (agency, unit, log_position)
);
