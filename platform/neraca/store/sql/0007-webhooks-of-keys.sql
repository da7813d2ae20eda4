-- Whether events may still be sent to whom a subscription is of. A program reads the log by its keys: one of them must
-- hold and say so. Whose others are is told by no table.
create function webhook.may_follow(p_agency text, p_owner text, p_now timestamptz)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select not starts_with(p_owner, 'key:')
    or exists (
      select
      from access.api_key k
      where k.agency = p_agency
        and k.agency = current_setting('neraca.agency', true)
        and 'key:' || k.program = p_owner
        and 'log' = any(k.scopes)
        and k.ends_at > p_now
        and not exists (
          select
          from access.revocation r
          where r.agency = k.agency
            and r.id = k.id
        )
    )
$$;

revoke execute on function webhook.may_follow(text, text, timestamptz) from public;
grant execute on function webhook.may_follow(text, text, timestamptz) to neraca_app;
