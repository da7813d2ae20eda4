-- Exports that were asked for, and their files in pieces: whichever server is asked has them. Whoever makes one holds an
-- advisory lock of its id, which goes with the connection: one that is running and that nobody holds may be taken up by
-- any server. The application may call the functions and touch nothing else.

create table access.export (
  agency text not null,
  id uuid not null,
  by text not null,
  data_set text not null,
  format text not null,
  period text,
  day date not null,
  asked_at timestamptz not null,
  status text not null default 'running' check (status in ('running', 'done', 'refused', 'failed')),
  begun int not null default 0,
  reason text,
  manifest text,
  primary key (agency, id)
);

create table access.export_piece (
  agency text not null,
  id uuid not null,
  nth int not null,
  data bytea not null,
  primary key (agency, id, nth),
  foreign key (agency, id) references access.export on delete cascade
);

-- What is exported is packed already, or is soon gone.
alter table access.export_piece alter column data set storage external;

alter table access.export enable row level security;
alter table access.export force row level security;
alter table access.export_piece enable row level security;
alter table access.export_piece force row level security;

create policy own_agency on access.export
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on access.export_piece
  using (agency = current_setting('neraca.agency', true));

-- Whether there was room for it: of an agency `p_waiting` at most are under way, and the newest `p_kept` are kept for
-- `p_for`.
create function access.ask_export(
  p_agency text,
  p_id uuid,
  p_by text,
  p_data_set text,
  p_format text,
  p_period text,
  p_day date,
  p_now timestamptz,
  p_waiting int,
  p_kept int,
  p_for interval
)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  perform pg_advisory_xact_lock(hashtextextended('neraca exports ' || p_agency, 0));
  delete from access.export e
  where e.agency = p_agency
    and e.asked_at <= p_now - p_for;
  if (select count(*) from access.export e where e.agency = p_agency and e.status = 'running') >= p_waiting then
    return false;
  end if;
  delete from access.export e
  where e.agency = p_agency
    and e.status <> 'running'
    and e.id not in (
      select newest.id
      from access.export newest
      where newest.agency = p_agency
        and newest.status <> 'running'
      order by newest.asked_at desc, newest.id
      limit p_kept - 1
    );
  insert into access.export (agency, id, by, data_set, format, period, day, asked_at)
  values (p_agency, p_id, p_by, p_data_set, p_format, p_period, p_day, p_now);
  return true;
end;
$$;

-- One that is kept, or all that are under way where none is named.
create function access.exports_of(p_agency text, p_id uuid, p_now timestamptz, p_for interval)
returns setof access.export
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  return query
  select e.*
  from access.export e
  where e.agency = p_agency
    and e.asked_at > p_now - p_for
    and (e.id = p_id or (p_id is null and e.status = 'running'))
  order by e.asked_at, e.id;
end;
$$;

-- Whether it is to be made, from the beginning: by whoever holds its lock. What was begun too often is given up.
create function access.begin_export(p_agency text, p_id uuid, p_most int, p_reason text)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_begun boolean;
begin
  perform door.own(p_agency);
  delete from access.export_piece p
  using access.export e
  where e.agency = p_agency
    and e.id = p_id
    and e.status = 'running'
    and p.agency = e.agency
    and p.id = e.id;
  update access.export e
  set begun = e.begun + 1,
    status = case when e.begun < p_most then 'running' else 'failed' end,
    reason = case when e.begun < p_most then null else p_reason end
  where e.agency = p_agency
    and e.id = p_id
    and e.status = 'running'
  returning e.status = 'running' into v_begun;
  return coalesce(v_begun, false);
end;
$$;

create function access.add_export_piece(p_agency text, p_id uuid, p_nth int, p_data bytea)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.export_piece (agency, id, nth, data)
  values (p_agency, p_id, p_nth, p_data);
end;
$$;

-- What became of it.
create function access.end_export(p_agency text, p_id uuid, p_status text, p_reason text, p_manifest text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  update access.export e
  set status = p_status,
    reason = p_reason,
    manifest = p_manifest
  where e.agency = p_agency
    and e.id = p_id
    and e.status = 'running';
end;
$$;

-- One piece of the file of one that is done; null after the last.
create function access.export_piece_of(p_agency text, p_id uuid, p_nth int)
returns bytea
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  return (
    select p.data
    from access.export_piece p
    where p.agency = p_agency
      and p.id = p_id
      and p.nth = p_nth
  );
end;
$$;

revoke execute on function access.ask_export from public;
revoke execute on function access.exports_of from public;
revoke execute on function access.begin_export from public;
revoke execute on function access.add_export_piece from public;
revoke execute on function access.end_export from public;
revoke execute on function access.export_piece_of from public;
grant execute on function access.ask_export to neraca_app;
grant execute on function access.exports_of to neraca_app;
grant execute on function access.begin_export to neraca_app;
grant execute on function access.add_export_piece to neraca_app;
grant execute on function access.end_export to neraca_app;
grant execute on function access.export_piece_of to neraca_app;
