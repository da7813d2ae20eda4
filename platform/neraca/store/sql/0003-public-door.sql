-- The public door of surveys: what citizens answered, until enough are together to be passed on to the log.
--
-- Nothing here says who anybody is, where they were or when they came. Which token was used is kept apart from what was
-- answered, and forgotten when the door is shut. The application may call the functions and read nothing.

create schema door;

-- What tokens are hashed with: it is in no log, so a log that gets about lets nobody in.
create table door.key (
  one boolean primary key default true check (one),
  key bytea not null
);

insert into door.key (key)
select sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8'))
from generate_series(1, 4);

-- A service point of a survey: whether it takes answers, and what must be remembered of the last ones.
create table door.point (
  agency text not null,
  stream uuid not null,
  point text not null,
  shut boolean not null default false,
  minutes_from timestamptz not null default '-infinity',
  minutes_taken int not null default 0,
  hour_from timestamptz not null default '-infinity',
  hour_taken int not null default 0,
  last_said bytea,
  same int not null default 0,
  primary key (agency, stream, point)
) with (fillfactor = 20);

create table door.used (
  agency text not null,
  stream uuid not null,
  token text not null,
  primary key (agency, stream, token)
);

-- `batch` is given to those that are passed on together, so that they are the same ones when it is tried again.
create table door.answer (
  agency text not null,
  stream uuid not null,
  point text not null,
  id uuid not null,
  receipt text not null,
  answers jsonb not null,
  unverified boolean not null,
  noticed text[] not null,
  batch uuid,
  primary key (agency, stream, point, id),
  unique (agency, receipt)
);

create table door.comment (
  agency text not null,
  stream uuid not null,
  point text not null,
  id uuid not null,
  words text not null,
  batch uuid,
  primary key (agency, stream, point, id)
);

alter table door.point enable row level security;
alter table door.point force row level security;
alter table door.used enable row level security;
alter table door.used force row level security;
alter table door.answer enable row level security;
alter table door.answer force row level security;
alter table door.comment enable row level security;
alter table door.comment force row level security;

create policy own_agency on door.point
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on door.used
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on door.answer
  using (agency = current_setting('neraca.agency', true));
create policy own_agency on door.comment
  using (agency = current_setting('neraca.agency', true));

create function door.own(p_agency text)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_agency is distinct from current_setting('neraca.agency', true) then
    raise exception 'this transaction is for agency %, not %', current_setting('neraca.agency', true), p_agency
      using errcode = 'insufficient_privilege';
  end if;
end;
$$;

-- The keyed hash of a secret, in hex.
create function door.digest(p_agency text, p_secret text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(k.key || sha256(k.key || convert_to(p_agency || '/' || p_secret, 'UTF8'))), 'hex')
  from door.key k
$$;

create function door.is_used(p_agency text, p_stream uuid, p_token text)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select
    from door.used u
    where u.agency = p_agency
      and u.agency = current_setting('neraca.agency', true)
      and u.stream = p_stream
      and u.token = p_token
  )
$$;

-- Takes an answer in. `taken`; `used` for a token that let one in before, `full` where the open link has had as many in
-- this hour as it may, `shut` where nothing is taken any more. A token that is null is the open link.
create function door.take(
  p_agency text,
  p_stream uuid,
  p_point text,
  p_token text,
  p_receipt text,
  p_answers jsonb,
  p_comment text,
  p_outside_hours boolean,
  p_hourly int,
  p_many int,
  p_minutes int,
  p_same int,
  p_now timestamptz
)
returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_point door.point;
  v_said bytea := sha256(convert_to(p_answers::text, 'UTF8'));
  v_noticed text[] := '{}';
begin
  perform door.own(p_agency);
  insert into door.point (agency, stream, point)
  values (p_agency, p_stream, p_point)
  on conflict do nothing;

  -- One answer of a service point after the other: what is counted here is counted exactly.
  select *
  into v_point
  from door.point p
  where p.agency = p_agency
    and p.stream = p_stream
    and p.point = p_point
  for update;

  -- The same again, of which the answer was lost on the way.
  if exists (
    select
    from door.answer a
    where a.agency = p_agency
      and a.receipt = p_receipt
  ) then
    return 'taken';
  end if;

  if v_point.shut then
    return 'shut';
  end if;

  if p_token is not null then
    insert into door.used (agency, stream, token)
    values (p_agency, p_stream, p_token)
    on conflict do nothing;
    if not found then
      return 'used';
    end if;
  else
    if p_now >= v_point.hour_from + interval '1 hour' then
      v_point.hour_from := p_now;
      v_point.hour_taken := 0;
    end if;
    if v_point.hour_taken >= p_hourly then
      return 'full';
    end if;
    v_point.hour_taken := v_point.hour_taken + 1;
  end if;

  if p_now >= v_point.minutes_from + make_interval(mins => p_minutes) then
    v_point.minutes_from := p_now;
    v_point.minutes_taken := 0;
  end if;
  v_point.minutes_taken := v_point.minutes_taken + 1;
  v_point.same := case when v_point.last_said = v_said then v_point.same + 1 else 1 end;
  v_point.last_said := v_said;

  if v_point.minutes_taken > p_many then
    v_noticed := v_noticed || 'MANY_IN_MINUTES'::text;
  end if;
  if v_point.same >= p_same then
    v_noticed := v_noticed || 'SAME_IN_A_ROW'::text;
  end if;
  if p_outside_hours then
    v_noticed := v_noticed || 'OUTSIDE_HOURS'::text;
  end if;

  update door.point p
  set
    minutes_from = v_point.minutes_from,
    minutes_taken = v_point.minutes_taken,
    hour_from = v_point.hour_from,
    hour_taken = v_point.hour_taken,
    last_said = v_point.last_said,
    same = v_point.same
  where p.agency = p_agency
    and p.stream = p_stream
    and p.point = p_point;

  insert into door.answer (agency, stream, point, id, receipt, answers, unverified, noticed)
  values (p_agency, p_stream, p_point, gen_random_uuid(), p_receipt, p_answers, p_token is null, v_noticed);

  if p_comment is not null then
    insert into door.comment (agency, stream, point, id, words)
    values (p_agency, p_stream, p_point, gen_random_uuid(), p_comment);
  end if;
  return 'taken';
end;
$$;

-- Takes nothing more at any service point of a survey, and forgets which tokens were used.
create function door.shut(p_agency text, p_stream uuid, p_points text[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into door.point (agency, stream, point, shut)
  select p_agency, p_stream, one, true
  from unnest(p_points) one
  on conflict (agency, stream, point) do update set
    shut = true,
    last_said = null;

  delete from door.used u
  where u.agency = p_agency
    and u.stream = p_stream;
end;
$$;

-- Names of a batch that was begun, or of one begun now by chance if more than `p_least` wait: all but `p_kept` of them,
-- at most `p_most`. Comments go with whatever batch is next. Null where too few wait.
create function door.batch(p_agency text, p_stream uuid, p_point text, p_least int, p_kept int, p_most int)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_batch uuid;
  v_waiting int;
begin
  perform door.own(p_agency);
  perform
  from door.point p
  where p.agency = p_agency
    and p.stream = p_stream
    and p.point = p_point
  for update;

  select a.batch
  into v_batch
  from (
    select a.batch
    from door.answer a
    where a.agency = p_agency
      and a.stream = p_stream
      and a.point = p_point
      and a.batch is not null
    union all
    select c.batch
    from door.comment c
    where c.agency = p_agency
      and c.stream = p_stream
      and c.point = p_point
      and c.batch is not null
  ) a
  limit 1;
  if found then
    return v_batch;
  end if;

  select count(*)
  into v_waiting
  from door.answer a
  where a.agency = p_agency
    and a.stream = p_stream
    and a.point = p_point;
  if v_waiting < p_least then
    return null;
  end if;

  v_batch := gen_random_uuid();
  update door.answer a
  set batch = v_batch
  where a.agency = p_agency
    and a.stream = p_stream
    and a.point = p_point
    and a.id in (
      select one.id
      from door.answer one
      where one.agency = p_agency
        and one.stream = p_stream
        and one.point = p_point
      order by random()
      limit least(v_waiting - p_kept, p_most)
    );
  update door.comment c
  set batch = v_batch
  where c.agency = p_agency
    and c.stream = p_stream
    and c.point = p_point
    and c.id in (
      select one.id
      from door.comment one
      where one.agency = p_agency
        and one.stream = p_stream
        and one.point = p_point
      order by one.id
      limit p_most
    );
  if not found and v_waiting = 0 then
    return null;
  end if;
  return v_batch;
end;
$$;

create function door.answers(p_agency text, p_batch uuid)
returns table (id uuid, receipt text, answers jsonb, unverified boolean, noticed text[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select a.id, a.receipt, a.answers, a.unverified, a.noticed
  from door.answer a
  where a.agency = p_agency
    and a.agency = current_setting('neraca.agency', true)
    and a.batch = p_batch
  order by a.id
$$;

create function door.comments(p_agency text, p_batch uuid)
returns table (id uuid, words text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select c.id, c.words
  from door.comment c
  where c.agency = p_agency
    and c.agency = current_setting('neraca.agency', true)
    and c.batch = p_batch
  order by c.id
$$;

-- What the log has now.
create function door.passed_on(p_agency text, p_batch uuid)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  delete from door.answer a
  where a.agency = p_agency
    and a.batch = p_batch;
  delete from door.comment c
  where c.agency = p_agency
    and c.batch = p_batch;
end;
$$;

-- Whether an answer with this receipt waits to be passed on, and of what.
create function door.received(p_agency text, p_receipt text)
returns table (stream uuid, point text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select a.stream, a.point
  from door.answer a
  where a.agency = p_agency
    and a.agency = current_setting('neraca.agency', true)
    and a.receipt = p_receipt
$$;

grant usage on schema door to neraca_app;
revoke execute on all functions in schema door from public;
grant execute on all functions in schema door to neraca_app;
