-- ledger.append as it was, but for how it finds the requests that it knows: key by key. Joined as a whole, a plan made
-- while nothing was counted of the table yet read all requests of the agency at each append.
create or replace function ledger.append(
  p_agency text,
  p_request int[],
  p_stream uuid[],
  p_version int[],
  p_type text[],
  p_data bytea[],
  p_key text[],
  p_body_hash bytea[]
)
returns table (
  request int,
  outcome text,
  position_first bigint,
  position_last bigint,
  stream uuid,
  version int
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_events int := cardinality(p_stream);
  v_head bigint;
  v_now timestamptz;
  v_refused int[] := '{}';
  v_other record;
begin
  if p_agency is distinct from current_setting('neraca.agency', true) then
    raise exception 'this transaction is for agency %, not %', current_setting('neraca.agency', true), p_agency
      using errcode = 'insufficient_privilege';
  end if;

  -- The lock. All positions are taken at once and given back below if a request is refused.
  update ledger.heads h
  set
    position = h.position + v_events,
    recorded_at = greatest(h.recorded_at, clock_timestamp())
  where h.agency = p_agency
  returning h.position - v_events, h.recorded_at
  into v_head, v_now;
  if not found then
    raise exception 'agency % is not registered', p_agency
      using errcode = 'no_data_found';
  end if;

  -- Each statement below has a snapshot of its own, taken under the lock.
  for v_other in
    select
      k.request::int as request,
      r.body_hash = k.body_hash as same,
      r.position_first,
      r.position_last
    from unnest(p_key, p_body_hash) with ordinality as k (key, body_hash, request)
    cross join lateral (
      select q.body_hash, q.position_first, q.position_last
      from ledger.requests q
      where q.agency = p_agency
        and q.key = k.key
      limit 1
    ) r
  loop
    v_refused := v_refused || v_other.request;
    if v_other.same then
      return query
      values (v_other.request, 'replayed', v_other.position_first, v_other.position_last, null::uuid, null::int);
    else
      return query
      values (v_other.request, 'key reused', null::bigint, null::bigint, null::uuid, null::int);
    end if;
  end loop;

  for v_other in
    select distinct on (g.request)
      g.request,
      g.stream,
      coalesce(c.version, 0) as version
    from (
      select
        u.request,
        u.stream,
        min(u.version) as first,
        max(u.version) - min(u.version) + 1 = count(*) as unbroken
      from unnest(p_request, p_stream, p_version) as u (request, stream, version)
      where u.request <> all (v_refused)
      group by u.request, u.stream
    ) g
    left join lateral (
      select e.version
      from ledger.events e
      where e.agency = p_agency
        and e.stream = g.stream
      order by e.version desc
      limit 1
    ) c on true
    where not g.unbroken
      or g.first <> coalesce(c.version, 0) + 1
    order by g.request
  loop
    v_refused := v_refused || v_other.request;
    return query
    values (v_other.request, 'stale', null::bigint, null::bigint, v_other.stream, v_other.version);
  end loop;

  -- Joined with the head rather than selected from the arrays alone: a cluster then pushes the insert down whole.
  if v_refused = '{}' then
    insert into ledger.events (agency, position, stream, version, type, data, recorded_at)
    select h.agency, v_head + u.nth, u.stream, u.version, u.type, u.data, v_now
    from ledger.heads h,
      unnest(p_stream, p_version, p_type, p_data) with ordinality as u (stream, version, type, data, nth)
    where h.agency = p_agency;
  else
    insert into ledger.events (agency, position, stream, version, type, data, recorded_at)
    select h.agency, v_head + row_number() over (order by u.nth), u.stream, u.version, u.type, u.data, v_now
    from ledger.heads h,
      unnest(p_request, p_stream, p_version, p_type, p_data) with ordinality
        as u (request, stream, version, type, data, nth)
    where h.agency = p_agency
      and u.request <> all (v_refused);
    get diagnostics v_events = row_count;
    update ledger.heads h
    set position = v_head + v_events
    where h.agency = p_agency;
  end if;

  -- A request without events is kept too, as the empty range after the events before it.
  return query
  with placed as (
    select
      k.request::int as request,
      k.key,
      k.body_hash,
      (v_head + coalesce(sum(n.events) over (order by k.request), 0))::bigint as last,
      coalesce(n.events, 0) as events
    from unnest(p_key, p_body_hash) with ordinality as k (key, body_hash, request)
    left join (
      select u.request, count(*) as events
      from unnest(p_request) as u (request)
      where u.request <> all (v_refused)
      group by u.request
    ) n on n.request = k.request
    where k.request <> all (v_refused)
  ), kept as (
    insert into ledger.requests (agency, key, body_hash, position_first, position_last, recorded_at)
    select h.agency, p.key, p.body_hash, p.last - p.events + 1, p.last, v_now
    from ledger.heads h, placed p
    where h.agency = p_agency
      and p.key is not null
  )
  select p.request, 'stored', p.last - p.events + 1, p.last, null::uuid, null::int
  from placed p;
end;
$$;
