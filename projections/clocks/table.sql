-- A time limit of an appraisal from the event at `position` until that at `ended`; it runs where that is null. When it
-- runs out hangs on the policy and on the calendar of the agency as well, neither of which is kept here: they may move.
-- What was told of it last: the last day of which the log says that it opened, came near, or passed.
create table clock (
  agency text not null,
  stream uuid not null,
  kind text not null,
  position bigint not null,
  ended bigint,
  employee text not null,
  period text not null,
  starts date not null,
  ends date not null,
  position_class text,
  appraiser text not null,
  reviewer text,
  since date not null,
  began text not null,
  superiors boolean not null,
  submitted boolean not null,
  delivered date,
  decided boolean not null,
  fixed_by text,
  opened date,
  near date,
  passed date,
  primary key (agency, stream, kind, position)
);
create index on clock (
  agency, period, kind, since, starts, ends, began, superiors, submitted, decided, position_class, delivered, fixed_by,
  opened, near, passed
) where ended is null;
create index on clock (agency, employee) where ended is null;
create index on clock (agency, appraiser) where ended is null;
create index on clock (agency, reviewer) where ended is null;

create table state (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  appraisal jsonb not null,
  open jsonb not null,
  primary key (agency, stream)
);
