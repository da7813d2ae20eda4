-- That attendance, service, post or an exemption was recorded or changed since the month of `{of}` was paid, or a report
-- of its days, where it was paid by reports: of the month, of a week that ends in it, or of a longer stretch that does.
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
union all
select
from read_scores.appraisal a
join read_dossier.report r
  on r.agency = a.agency
  and r.stream = a.stream
cross join lateral (
  select
    ({of}.month || '-01')::date as first,
    ({of}.facts -> 'numbers' ->> 'laporan_wajib')::numeric as due,
    -- By the day what is due goes back to the attendance, and days' work is told of; otherwise progress is.
    {of}.facts -> 'sources' -> 'laporan_wajib' <> '[]' as daily
) paid
where a.agency = {of}.agency
  and a.employee = {of}.employee
  and {of}.facts -> 'sources' -> 'laporan_wajib' is not null
  and r.day < paid.first + interval '1 month'
  and r.day >= date_trunc('year', paid.first)
  and (r.kind = 'activity') = paid.daily
  and (
    r.day >= case when paid.due > 1 and not paid.daily then date_trunc('week', paid.first) else paid.first end
    -- Of the months since its day none was paid by reports, though the rule asks for them: this is where they end.
    or exists (
      select
      from read_remuneration.allowances early
      where early.agency = {of}.agency
        and early.employee = {of}.employee
        and early.month >= to_char(r.day, 'YYYY-MM')
        and early.month < {of}.month
      having bool_and(early.lacking @> '["laporan_wajib"]')
    )
  )
  and (
    r.position > {of}.read_until and ({position}::bigint is null or r.position <= {position})
    or r.status = 'returned'
      and r.settled_position > {of}.read_until
      and ({position}::bigint is null or r.settled_position <= {position})
  )
