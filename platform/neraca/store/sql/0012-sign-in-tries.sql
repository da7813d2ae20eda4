-- Wrong tries of any kind, counted where wrong keys are: of an agency, or of none where it is not known yet whose somebody
-- is. What was tried goes into the hash, so that tries of one kind count apart from those of another.

-- For how many seconds yet none is taken from there; null where one may be.
create function access.tries_wait(p_agency text, p_what text, p_origin text, p_now timestamptz, p_most int)
returns int
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  return (
    select ceil(extract(epoch from w.since + interval '1 minute' - p_now))
    from access.wrong_key w
    where w.agency = p_agency
      and w.origin = door.digest(p_agency, p_what || ' ' || p_origin)
      and w.tries >= p_most
      and p_now < w.since + interval '1 minute'
  );
end;
$$;

create function access.wrong_try(p_agency text, p_what text, p_origin text, p_now timestamptz)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform door.own(p_agency);
  insert into access.wrong_key as w (agency, origin, since, tries)
  values (p_agency, door.digest(p_agency, p_what || ' ' || p_origin), p_now, 1)
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
end;
$$;

revoke execute on function access.tries_wait from public;
revoke execute on function access.wrong_try from public;
grant execute on function access.tries_wait to neraca_app;
grant execute on function access.wrong_try to neraca_app;
