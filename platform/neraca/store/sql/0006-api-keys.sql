-- Keys of programs: which there are, what each may do, who made and who revoked it. All of it only grows, but for when a
-- key was last used and how many wrong ones came from where. The application may call the functions and read nothing.

create schema access;

-- `digest` is the sha256 of the secret, which is kept nowhere: of so many letters by chance none is found by trying.
create table access.api_key (
  agency text not null,
  id text not null,
  digest bytea not null check (length(digest) = 32),
  program text not null,
  scopes text[] not null,
  issued_by text not null,
  issued_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (agency, id)
);

create table access.revocation (
  agency text not null,
  id text not null,
  revoked_by text not null,
  revoked_at timestamptz not null,
  primary key (agency, id)
);

create table access.last_use (
  agency text not null,
  id text not null,
  used_at timestamptz not null,
  primary key (agency, id)
) with (fillfactor = 20);

-- `origin` is the keyed hash of an address: no address is kept.
create table access.wrong_key (
  agency text not null,
  origin text not null,
  since timestamptz not null,
  tries int not null,
  primary key (agency, origin)
) with (fillfactor = 20);

alter table access.api_key enable row level security;
alter table access.api_key force row level security;
alter table access.revocation enable row level security;
alter table access.revocation force row level security;
alter table access.last_use enable row level security;
alter table access.last_use force row level security;
alter table access.wrong_key enable row level security;
alter table access.wrong_key force row level security;

create policy own_agency on access.api_key
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on access.revocation
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on access.last_use
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on access.wrong_key
  using (agency = current_setting('neraca.agency', true));

-- False where so many that are neither revoked nor over are there already.
create function access.issue(
  p_agency text,
  p_id text,
  p_digest bytea,
  p_program text,
  p_scopes text[],
  p_by text,
  p_now timestamptz,
  p_ends timestamptz,
  p_most int
)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.api_key (agency, id, digest, program, scopes, issued_by, issued_at, ends_at)
  select p_agency, p_id, p_digest, p_program, p_scopes, p_by, p_now, p_ends
  where (
    select count(*)
    from access.api_key k
    where k.agency = p_agency
      and k.ends_at > p_now
      and not exists (
        select
        from access.revocation r
        where r.agency = p_agency
          and r.id = k.id
      )
  ) < p_most;
  return found;
end;
$$;

-- When it was revoked, now or before; null where there is no such key.
create function access.revoke(p_agency text, p_id text, p_by text, p_now timestamptz)
returns timestamptz
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.revocation (agency, id, revoked_by, revoked_at)
  select p_agency, k.id, p_by, p_now
  from access.api_key k
  where k.agency = p_agency
    and k.id = p_id
  on conflict do nothing;

  return (
    select r.revoked_at
    from access.revocation r
    where r.agency = p_agency
      and r.id = p_id
  );
end;
$$;

-- The newest first.
create function access.keys(p_agency text, p_most int)
returns table (
  id text,
  program text,
  scopes text[],
  issued_by text,
  issued_at timestamptz,
  ends_at timestamptz,
  used_at timestamptz,
  revoked_by text,
  revoked_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select
    k.id,
    k.program,
    k.scopes,
    k.issued_by,
    k.issued_at,
    k.ends_at,
    u.used_at,
    r.revoked_by,
    r.revoked_at
  from access.api_key k
  left join access.last_use u on u.agency = k.agency and u.id = k.id
  left join access.revocation r on r.agency = k.agency and r.id = k.id
  where k.agency = p_agency
    and k.agency = current_setting('neraca.agency', true)
  order by k.issued_at desc, k.id
  limit p_most
$$;

-- What a key that was sent is: `known`, `wrong`, `revoked` or `over`; `refused` where more than `p_most` wrong ones came
-- from there within a minute, however right this one is, and for how many seconds yet.
create function access.admit(
  p_agency text,
  p_id text,
  p_digest bytea,
  p_origin text,
  p_now timestamptz,
  p_most int
)
returns table (outcome text, program text, scopes text[], wait int)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_origin text := door.digest(p_agency, p_origin);
  v_since timestamptz;
  v_revoked boolean;
  v_ends timestamptz;
  v_used timestamptz;
begin
  perform door.own(p_agency);
  select w.since
  into v_since
  from access.wrong_key w
  where w.agency = p_agency
    and w.origin = v_origin
    and w.tries >= p_most
    and p_now < w.since + interval '1 minute';
  if found then
    outcome := 'refused';
    wait := ceil(extract(epoch from v_since + interval '1 minute' - p_now));
    return next;
    return;
  end if;

  select k.program, k.scopes, k.ends_at, r.id is not null, u.used_at
  into program, scopes, v_ends, v_revoked, v_used
  from access.api_key k
  left join access.revocation r on r.agency = k.agency and r.id = k.id
  left join access.last_use u on u.agency = k.agency and u.id = k.id
  where k.agency = p_agency
    and k.id = p_id
    and k.digest = p_digest;

  if not found then
    outcome := 'wrong';
    insert into access.wrong_key as w (agency, origin, since, tries)
    values (p_agency, v_origin, p_now, 1)
    on conflict (agency, origin) do update set
      since = case when w.since + interval '1 minute' <= excluded.since then excluded.since else w.since end,
      tries = case when w.since + interval '1 minute' <= excluded.since then 1 else w.tries + 1 end;
    -- What nobody counts any more. Skipped where another does the same, so that neither waits for the other.
    delete from access.wrong_key w
    where w.agency = p_agency
      and w.origin in (
        select old.origin
        from access.wrong_key old
        where old.agency = p_agency
          and old.since < p_now - interval '1 hour'
        limit 100
        for update skip locked
      );
  elsif v_revoked then
    outcome := 'revoked';
  elsif p_now >= v_ends then
    outcome := 'over';
  else
    outcome := 'known';
    -- To the minute: a key that is used all the time must not be written all the time.
    if v_used is null or v_used <= p_now - interval '1 minute' then
      insert into access.last_use as u (agency, id, used_at)
      values (p_agency, p_id, p_now)
      on conflict (agency, id) do update set used_at = excluded.used_at
      where u.used_at <= excluded.used_at - interval '1 minute';
    end if;
  end if;
  return next;
end;
$$;

grant usage on schema access to neraca_app;
revoke execute on all functions in schema access from public;
grant execute on all functions in schema access to neraca_app;
