create table appraisal (
  agency text not null,
  stream uuid not null,
  employee text not null,
  name text collate "C" not null,
  period text not null,
  starts date not null,
  ends date not null,
  unit text not null,
  appraiser text not null,
  reviewer text,
  position_class text,
  stage text not null,
  version integer not null,
  policy_id text,
  policy_version integer,
  policy_hash text,
  status text not null,
  reason text,
  score numeric,
  -- By which the rows are put in order of their scores: under row security an index is not asked about a numeric. A
  -- score has six places at most; what has none comes before all that have one.
  score_rank bigint not null generated always as (coalesce((score * 1000000)::bigint, -9223372036854775808)) stored,
  predicate text,
  levels jsonb not null,
  nodes jsonb not null,
  facts jsonb not null,
  closed jsonb,
  closed_by text,
  final jsonb,
  superseded_rule jsonb,
  lacks bigint,
  cut_off boolean not null,
  position bigint not null,
  recorded_at timestamptz not null,
  holds_from bigint not null,
  primary key (agency, stream)
);
create unique index on appraisal (agency, employee, period);
create index on appraisal (agency, period, unit, employee);
create index on appraisal (agency, period, employee);
create index on appraisal (agency, starts, ends);
create index on appraisal (agency, employee) where stage in ('running', 'reopened');
create index on appraisal (agency, starts) where stage in ('running', 'reopened');
create index on appraisal (agency, appraiser);
create index on appraisal (agency, reviewer);
create index on appraisal (agency, name, employee, period);
create index on appraisal (agency, score_rank, employee, period);
create index on appraisal (agency, position, employee, period);

-- What `appraisal` was, from one position of the log up to another.
create table appraisal_past (
  agency text not null,
  stream uuid not null,
  holds_from bigint not null,
  held_until bigint not null,
  employee text not null,
  name text collate "C" not null,
  period text not null,
  starts date not null,
  ends date not null,
  unit text not null,
  appraiser text not null,
  reviewer text,
  position_class text,
  stage text not null,
  policy_id text,
  policy_version integer,
  policy_hash text,
  status text not null,
  score numeric,
  predicate text,
  closed jsonb,
  superseded_rule jsonb,
  primary key (agency, stream, holds_from)
);
create index on appraisal_past (agency, employee, period, holds_from);
create index on appraisal_past (agency, period, employee, holds_from);

create table sealed (
  agency text not null,
  stream uuid not null,
  ratings jsonb not null,
  primary key (agency, stream)
);

create table change (
  agency text not null,
  stream uuid not null,
  position bigint not null,
  tag text not null,
  recorded_at timestamptz not null,
  at timestamptz not null,
  effective date,
  by text not null,
  status text not null,
  reason text,
  score numeric,
  predicate text,
  policy_hash text,
  primary key (agency, stream, position)
);
create index on change (agency, position, stream);

create table summary (
  agency text not null,
  period text not null,
  unit text not null,
  outcome text not null,
  people integer not null,
  holds_from bigint not null,
  primary key (agency, period, unit, outcome)
);

create table summary_past (
  agency text not null,
  period text not null,
  unit text not null,
  outcome text not null,
  holds_from bigint not null,
  held_until bigint not null,
  people integer not null,
  primary key (agency, period, unit, outcome, holds_from)
);

create table comparison (
  agency text not null,
  stream uuid not null,
  period text not null,
  employee text not null,
  predicate text not null,
  raters jsonb not null,
  given text not null,
  elements integer not null,
  alike boolean not null,
  mean_number numeric,
  mean_by numeric,
  shift_number numeric,
  shift_by numeric,
  primary key (agency, stream)
);
create index on comparison (agency, period);

create table policy (
  agency text not null,
  hash text not null,
  id text not null,
  version integer not null,
  calc_hash text not null,
  purpose text not null,
  file text not null,
  texts jsonb not null,
  reason text not null,
  position bigint not null,
  recorded_at timestamptz not null,
  primary key (agency, hash)
);

create table book (
  agency text not null,
  name text not null,
  spans jsonb not null,
  units jsonb not null,
  lacks bigint,
  primary key (agency, name)
);

create table subject (
  agency text not null,
  stream uuid not null,
  appraisals jsonb not null,
  facts jsonb not null,
  lacks bigint,
  primary key (agency, stream)
);

create table person (
  agency text not null,
  stream uuid not null,
  name text collate "C" not null,
  primary key (agency, stream)
);

create table unit_period (
  agency text not null,
  unit text not null,
  period text not null,
  appraisals jsonb not null,
  facts jsonb not null,
  lacks bigint,
  primary key (agency, unit, period)
);
