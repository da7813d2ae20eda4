create table events (
  agency text not null,
  position bigint not null,
  digest uuid not null,
  primary key (agency, position)
);
