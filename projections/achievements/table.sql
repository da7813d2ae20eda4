-- What a unit achieved in a period, and what it will mend of it, event by event in order.
create table steps (
  agency text not null,
  unit text not null,
  period text not null,
  log_position bigint not null,
  tag text not null,
  recorded_at timestamptz not null,
  by text not null,
  event jsonb not null,
  primary key (agency, unit, period, log_position)
);
