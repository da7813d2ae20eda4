-- What rests on how the whole agency stands, and not on its own streams alone: stored as by ledger.append, unless an
-- event of one of these types came after the position at which it was looked at. Then the request is stale, with the
-- stream and version of that event.
create function ledger.append_unless(
  p_agency text,
  p_stream uuid[],
  p_version int[],
  p_type text[],
  p_data bytea[],
  p_key text,
  p_body_hash bytea,
  p_after bigint,
  p_types text[]
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
begin
  if p_agency is distinct from current_setting('neraca.agency', true) then
    raise exception 'this transaction is for agency %, not %', current_setting('neraca.agency', true), p_agency
      using errcode = 'insufficient_privilege';
  end if;

  -- The lock of ledger.append, had before the look: nobody else's event comes between the two.
  perform
  from ledger.heads h
  where h.agency = p_agency
  for no key update;

  -- A request that was stored before is answered as it was, whatever came since.
  if not exists (
    select
    from ledger.requests r
    where r.agency = p_agency
      and r.key = p_key
  ) then
    return query
    select 1, 'stale', null::bigint, null::bigint, e.stream, e.version
    from ledger.events e
    where e.agency = p_agency
      and e.position > p_after
      and e.type = any (p_types)
    order by e.position
    limit 1;
    if found then
      return;
    end if;
  end if;

  return query
  select a.request, a.outcome, a.position_first, a.position_last, a.stream, a.version
  from ledger.append(
    p_agency,
    array_fill(1, array[cardinality(p_stream)]),
    p_stream,
    p_version,
    p_type,
    p_data,
    array[p_key],
    array[p_body_hash]
  ) as a;
end;
$$;

revoke execute on function ledger.append_unless(text, uuid[], int[], text[], bytea[], text, bytea, bigint, text[])
from public;
grant execute on function ledger.append_unless(text, uuid[], int[], text[], bytea[], text, bytea, bigint, text[])
to neraca_app;
