-- Who is signed in to the pages: whose each session is, since when, and when it was last seen. `digest` is the sha256 of
-- what the browser keeps, which is kept nowhere here. The application may call the functions and read nothing.

create table access.session (
  agency text not null,
  digest bytea not null check (length(digest) = 32),
  person text not null,
  begun_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  primary key (agency, digest)
) with (fillfactor = 50);

create index session_of_person on access.session (agency, person);
create index session_by_age on access.session (agency, begun_at);

alter table access.session enable row level security;
alter table access.session force row level security;

create policy own_agency on access.session
  using (agency = current_setting('neraca.agency', true));

create function access.begin_session(p_agency text, p_digest bytea, p_person text, p_now timestamptz)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.session (agency, digest, person, begun_at, seen_at)
  values (p_agency, p_digest, p_person, p_now, p_now);

  -- What was over long ago. Some at a time, and past what another takes away.
  delete from access.session s
  where s.agency = p_agency
    and s.digest in (
      select old.digest
      from access.session old
      where old.agency = p_agency
        and old.begun_at < p_now - interval '90 days'
      limit 100
      for update skip locked
    );
end;
$$;

-- Whose it is; null where there is none, or it was ended, or nobody was seen for so long, or it is so long ago.
create function access.session_of(
  p_agency text,
  p_digest bytea,
  p_now timestamptz,
  p_idle interval,
  p_longest interval
)
returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_person text;
  v_seen timestamptz;
begin
  perform door.own(p_agency);
  select s.person, s.seen_at
  into v_person, v_seen
  from access.session s
  where s.agency = p_agency
    and s.digest = p_digest
    and s.ended_at is null
    and s.seen_at > p_now - p_idle
    and s.begun_at > p_now - p_longest;

  -- To the minute: whoever reads page after page must not be written each time.
  if v_seen <= p_now - interval '1 minute' then
    update access.session s
    set seen_at = p_now
    where s.agency = p_agency
      and s.digest = p_digest
      and s.ended_at is null
      and s.seen_at < p_now;
  end if;
  return v_person;
end;
$$;

-- By whoever has it.
create function access.end_session(p_agency text, p_digest bytea, p_now timestamptz)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  update access.session s
  set ended_at = p_now, ended_by = s.person
  where s.agency = p_agency
    and s.digest = p_digest
    and s.ended_at is null;
end;
$$;

-- All of a person, by another; how many there were.
create function access.end_sessions(
  p_agency text,
  p_person text,
  p_by text,
  p_now timestamptz,
  p_idle interval,
  p_longest interval
)
returns int
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ended int;
begin
  perform door.own(p_agency);
  update access.session s
  set ended_at = p_now, ended_by = p_by
  where s.agency = p_agency
    and s.person = p_person
    and s.ended_at is null
    and s.seen_at > p_now - p_idle
    and s.begun_at > p_now - p_longest;
  get diagnostics v_ended = row_count;
  return v_ended;
end;
$$;

-- Those that hold, the newest first.
create function access.sessions(
  p_agency text,
  p_now timestamptz,
  p_idle interval,
  p_longest interval,
  p_most int
)
returns table (person text, begun_at timestamptz, seen_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.person, s.begun_at, s.seen_at
  from access.session s
  where s.agency = p_agency
    and s.agency = current_setting('neraca.agency', true)
    and s.ended_at is null
    and s.seen_at > p_now - p_idle
    and s.begun_at > p_now - p_longest
  order by s.begun_at desc, s.person, s.digest
  limit p_most
$$;

revoke execute on function access.begin_session from public;
revoke execute on function access.session_of from public;
revoke execute on function access.end_session from public;
revoke execute on function access.end_sessions from public;
revoke execute on function access.sessions from public;
grant execute on function access.begin_session to neraca_app;
grant execute on function access.session_of to neraca_app;
grant execute on function access.end_session to neraca_app;
grant execute on function access.end_sessions to neraca_app;
grant execute on function access.sessions to neraca_app;
