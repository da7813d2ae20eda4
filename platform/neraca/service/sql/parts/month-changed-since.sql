-- That attendance, service, post or an exemption was recorded or changed since the month of `{of}` was paid.
select
from read_remuneration.touches t
where t.agency = {of}.agency
  and t.employee = {of}.employee
  and t.position > {of}.read_until
  and t.pay
  and t.since <= ({of}.month || '-01')::date + interval '1 month - 1 day'
  and t.until >= ({of}.month || '-01')::date
  and ({position}::bigint is null or t.position <= {position})
  and (
    t.facts = '[]'
    or exists (
      select
      from jsonb_array_elements_text(t.facts) f (name)
      where {of}.lacking @> to_jsonb(f.name)
        or {of}.facts -> 'sources' -> f.name is not null
    )
  )
