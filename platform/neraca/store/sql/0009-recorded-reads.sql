-- What auditors read: who, when, which question, what it was about, and how far the log went then. Rows are only added,
-- and go once they are older than anybody may ask about them. The application may call the functions and read nothing.

-- The same question of the same reader counts once a minute, so that nothing grows by asking it again and again.
create table access.recorded_read (
  agency text not null,
  minute timestamptz not null,
  reader text not null,
  digest bytea not null check (length(digest) = 32),
  read_at timestamptz not null,
  fields text[] not null,
  subjects text[] not null,
  position bigint not null,
  primary key (agency, minute, reader, digest)
);

alter table access.recorded_read enable row level security;
alter table access.recorded_read force row level security;

create policy own_agency on access.recorded_read
  using (agency = current_setting('neraca.agency', true));

create function access.record_read(
  p_agency text,
  p_reader text,
  p_digest bytea,
  p_fields text[],
  p_subjects text[],
  p_now timestamptz
)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.recorded_read (agency, minute, reader, digest, read_at, fields, subjects, position)
  select
    p_agency,
    date_trunc('minute', p_now, 'UTC'),
    p_reader,
    p_digest,
    p_now,
    p_fields,
    p_subjects,
    coalesce((select h.position from ledger.heads h where h.agency = p_agency), 0)
  on conflict do nothing;

  -- Five years, as long as an objection to an appraisal can still matter to anybody's career. Some at a time.
  delete from access.recorded_read r
  where r.agency = p_agency
    and (r.minute, r.reader, r.digest) in (
      select old.minute, old.reader, old.digest
      from access.recorded_read old
      where old.agency = p_agency
        and old.minute < p_now - interval '5 years'
      limit 20
      for update skip locked
    );
end;
$$;

-- The newest first, before an instant.
create function access.recorded_reads(p_agency text, p_before timestamptz, p_most int)
returns table (
  read_at timestamptz,
  reader text,
  digest bytea,
  fields text[],
  subjects text[],
  log_position bigint
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.read_at, r.reader, r.digest, r.fields, r.subjects, r.position
  from access.recorded_read r
  where r.agency = p_agency
    and r.agency = current_setting('neraca.agency', true)
    and r.read_at < p_before
  order by r.minute desc, r.read_at desc, r.reader, r.digest
  limit p_most
$$;

revoke execute on function access.record_read from public;
revoke execute on function access.recorded_reads from public;
grant execute on function access.record_read to neraca_app;
grant execute on function access.recorded_reads to neraca_app;
