-- Which version of each projection its tables belong to.
create table if not exists read.projections (
  projection text primary key,
  digest text not null
);

-- How far each projection is in each agency, in the transaction of its rows. The generation counts rebuilds, so that a
-- follower knows that the rows it remembers are no longer those of the table.
create table if not exists read.positions (
  agency text not null,
  projection text not null,
  digest text not null,
  generation bigint not null,
  position bigint not null,
  primary key (agency, projection)
) with (fillfactor = 20);
