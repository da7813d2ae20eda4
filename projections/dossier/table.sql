create table dossier (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  plan text not null,
  feedback text,
  drafted jsonb not null,
  planned jsonb not null,
  objection integer not null,
  opened bigint not null,
  holds_from bigint not null,
  primary key (agency, stream)
);

create index on dossier (agency, period) include (stream, opened, plan);

-- Here and below: what the rows of a table were, from one position of the log up to another.
create table dossier_past (
  agency text not null,
  stream uuid not null,
  holds_from bigint not null,
  held_until bigint not null,
  plan text not null,
  feedback text,
  opened bigint not null,
  primary key (agency, stream, holds_from)
);

create table plan_origin (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  plan text,
  version integer,
  due date,
  primary key (agency, stream, position)
);

create table result (
  agency text not null,
  stream uuid not null,
  result text not null,
  nth integer not null,
  title text not null,
  priority text not null,
  source text not null,
  level text,
  level_note text,
  level_position bigint,
  perspective text,
  holds_from bigint not null,
  primary key (agency, stream, result)
);

create table result_past (
  agency text not null,
  stream uuid not null,
  result text not null,
  holds_from bigint not null,
  held_until bigint not null,
  nth integer not null,
  title text not null,
  priority text not null,
  source text not null,
  level text,
  level_note text,
  level_position bigint,
  perspective text,
  primary key (agency, stream, result, holds_from)
);

create table target (
  agency text not null,
  stream uuid not null,
  result text not null,
  target text not null,
  nth integer not null,
  indicator text not null,
  unit text not null,
  aspect text not null,
  polarity text not null,
  value numeric,
  weight numeric,
  actual numeric,
  until date,
  feeds text,
  revisions jsonb not null,
  expectations jsonb,
  holds_from bigint not null,
  primary key (agency, stream, result, target)
);

create table target_past (
  agency text not null,
  stream uuid not null,
  result text not null,
  target text not null,
  holds_from bigint not null,
  held_until bigint not null,
  nth integer not null,
  indicator text not null,
  unit text not null,
  aspect text not null,
  polarity text not null,
  value numeric,
  weight numeric,
  actual numeric,
  until date,
  feeds text,
  revisions jsonb not null,
  expectations jsonb,
  primary key (agency, stream, result, target, holds_from)
);

create table aside (
  agency text not null,
  stream uuid not null,
  results jsonb not null,
  targets jsonb not null,
  primary key (agency, stream)
);

create table report (
  agency text not null,
  stream uuid not null,
  report text not null,
  position bigint not null,
  reported_at timestamptz not null,
  happened timestamptz not null,
  kind text not null,
  day date not null,
  result text,
  target text,
  actual numeric,
  activity text,
  working_day boolean,
  note text,
  evidence jsonb not null,
  status text not null,
  feedback text,
  settled_position bigint,
  settled_at timestamptz,
  answered timestamptz,
  holds_from bigint not null,
  primary key (agency, stream, report)
);

create table report_past (
  agency text not null,
  stream uuid not null,
  report text not null,
  holds_from bigint not null,
  held_until bigint not null,
  position bigint not null,
  reported_at timestamptz not null,
  happened timestamptz not null,
  kind text not null,
  day date not null,
  result text,
  target text,
  actual numeric,
  activity text,
  working_day boolean,
  note text,
  evidence jsonb not null,
  status text not null,
  feedback text,
  settled_position bigint,
  settled_at timestamptz,
  answered timestamptz,
  primary key (agency, stream, report, holds_from)
);

create index on report (agency, day) include (stream, position, happened, answered);

create table reported_days (
  agency text not null,
  stream uuid not null,
  starts date not null,
  ends date not null,
  entries bytea not null,
  progress bytea not null,
  later_entries jsonb not null,
  later_progress jsonb not null,
  primary key (agency, stream)
);

create index on reported_days (agency, starts, ends);

create table timed_report (
  agency text not null,
  stream uuid not null,
  report text not null,
  position bigint not null,
  minutes integer not null,
  holds_from bigint not null,
  primary key (agency, stream, report)
);

create table timed_report_past (
  agency text not null,
  stream uuid not null,
  report text not null,
  holds_from bigint not null,
  held_until bigint not null,
  position bigint not null,
  minutes integer not null,
  primary key (agency, stream, report, holds_from)
);

create table rating (
  agency text not null,
  stream uuid not null,
  rater text not null,
  relation text not null,
  scores jsonb not null,
  note text,
  status text not null,
  reason text,
  revisions integer not null,
  position bigint not null,
  recorded_at timestamptz not null,
  holds_from bigint not null,
  primary key (agency, stream, rater)
);

create table rating_past (
  agency text not null,
  stream uuid not null,
  rater text not null,
  holds_from bigint not null,
  held_until bigint not null,
  relation text not null,
  scores jsonb not null,
  note text,
  status text not null,
  reason text,
  revisions integer not null,
  position bigint not null,
  recorded_at timestamptz not null,
  primary key (agency, stream, rater, holds_from)
);

create table sealed_ratings (
  agency text not null,
  stream uuid not null,
  ratings jsonb not null,
  primary key (agency, stream)
);

create table objection (
  agency text not null,
  stream uuid not null,
  nth integer not null,
  grounds text not null,
  filed date not null,
  position bigint not null,
  explanations jsonb not null,
  outcome text,
  reason text,
  decided date,
  decided_position bigint,
  primary key (agency, stream, nth)
);

create table special_expectation (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  indicator text not null,
  expectation text not null,
  recorded_at timestamptz not null,
  primary key (agency, stream, position)
);

create table follow_up (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  kind text not null,
  note text not null,
  due date,
  recorded_at timestamptz not null,
  primary key (agency, stream, position)
);
