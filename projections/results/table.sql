-- What of an appraisal its result will say again: whose it is, where, and with which policy its groups closed first,
-- and in which groups it is counted.
create table appraisal (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  starts date not null,
  ends date not null,
  unit text not null,
  position_class text,
  closed_by text,
  counted jsonb not null,
  primary key (agency, stream)
);

-- The final result as it stands; none while it is reopened. Numbers are millionths, which a final value is exact in.
create table result (
  agency text not null,
  stream uuid not null,
  employee text not null,
  period text not null,
  starts date not null,
  ends date not null,
  unit text not null,
  position_class text,
  policy text not null,
  policy_hash text not null,
  joined boolean not null,
  predicate text not null,
  score bigint,
  nodes jsonb not null,
  position bigint not null,
  primary key (agency, stream)
);
create index on result (agency, employee, starts);
create index on result (agency, period, unit);

-- What counts in a group: the same, but as it was when at least five people of the group had last changed together.
-- `grouping` is agency, class or unit, `member` which class or unit; `told` has the score under '', the predicate under '='.
create table counted (
  agency text not null,
  grouping text not null,
  period text not null,
  policy_hash text not null,
  member text not null,
  stream uuid not null,
  employee text not null,
  told jsonb not null,
  primary key (agency, grouping, period, policy_hash, member, stream)
);
create index on counted (agency, grouping, member, period);

-- A group: who of it waits until enough others change as well, and how many people are counted under each name.
create table gathering (
  agency text not null,
  grouping text not null,
  period text not null,
  policy_hash text not null,
  member text not null,
  policy text not null,
  starts date not null,
  ends date not null,
  waiting jsonb not null,
  people jsonb not null,
  position bigint not null,
  primary key (agency, grouping, period, policy_hash, member)
);

-- How many people of an agency or of a class in it have which value of a node; the score is the node ''.
create table tally (
  agency text not null,
  grouping text not null,
  period text not null,
  policy_hash text not null,
  member text not null,
  node text not null,
  value bigint not null,
  people integer not null,
  primary key (agency, grouping, period, policy_hash, member, node, value) include (people)
);

-- How the tallies of a group move while a batch is taken in: empty in between.
create table moved (
  agency text not null,
  grouping text not null,
  period text not null,
  policy_hash text not null,
  member text not null,
  people jsonb not null,
  primary key (agency, grouping, period, policy_hash, member)
);
