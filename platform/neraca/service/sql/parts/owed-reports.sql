-- Of the appraisals in `{of}` a column each, all in the same order as they are taken up in one pass: whose they are, from when
-- to when they serve in it, which days are taken out of that, when their reports came (report_arrivals: entries from a day of
-- the year on, progress from its first), and the days required by month. In a row for each, most time went into the rows.
, serving as materialized (
  select
    a.*,
    x.spans as exemptions,
    case
      when a.employee in (
        select r.employee
        from read_roster.retirements r
        where r.agency = %(agency)s
          and r.last_day is null
      ) then (
        select b.spans
        from (select %(agency)s::text as agency, a.employee) e
        cross join lateral (
          -- part breaks-in-service: of = e
        ) b (spans)
      )::text
    end as breaks,
    y.required
  from {of} a
  left join read_attendance.year y
    on y.agency = %(agency)s
    and y.employee = a.employee
    and y.year = extract(year from a.starts)::int
  left join (
    -- In one go: to look for those of each person by themselves took most of the time of a city.
    select x.employee, json_agg(json_build_array(x.since, x.until) order by x.since)::text as spans
    from read_roster.exemptions x
    where x.agency = %(agency)s
      and (%(person)s::text is null or x.employee = %(person)s)
      and not x.withdrawn
    group by x.employee
  ) x
    on x.employee = a.employee
)
select
  array_agg(k.employee) as employees,
  array_agg(k.name) as names,
  array_agg(k.unit) as units,
  array_agg(k.appraiser) as appraisers,
  array_agg(k.period) as periods,
  array_agg(k.starts) as starts,
  array_agg(k.ends) as ends,
  array_agg(k.policy_hash) as policies,
  array_agg(greatest(k.starts, k.since)) as since,
  array_agg(least(k.ends, k.retired)) as until,
  array_agg(k.exemptions) as exemptions,
  array_agg(k.breaks) as breaks,
  string_agg(
    substring(coalesce(d.entries, '') || %(blank)s from 1 + 2 * %(from)s::int for 2 * %(days)s::int), ''
  ) as entries,
  string_agg(substring(coalesce(d.progress, '') || %(blank)s from 1 for 2 * %(through)s::int), '') as progress,
  string_agg(coalesce(k.required, %(nothing_known)s), '') as required
from serving k
left join read_dossier.reported_days d
  on d.agency = %(agency)s
  and d.stream = k.stream
  and {when}
