-- Each who was assigned to rate. `moves` are the moments at which a rating of theirs came, went, came again.
create table rater (
  agency text not null,
  stream uuid not null,
  rater text not null,
  relation text not null,
  standing text not null,
  position bigint not null,
  day date not null,
  reason text,
  instead text,
  moves jsonb not null,
  closed boolean not null,
  primary key (agency, stream, rater)
);

create index on rater (agency, rater, position);

create table appraisal (
  agency text not null,
  stream uuid not null,
  day date not null,
  raters jsonb not null,
  primary key (agency, stream)
);
