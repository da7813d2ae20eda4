-- Of appraisals `a` that the statement goes on to choose a column each, all in the same order as they are taken up in one
-- pass: whose they are, from when to when they serve in it, which days are taken out of that, when their reports came
-- (report_arrivals), and the days required by month. Days are four bytes as date_send has them. Of whoever has entries in
-- the days asked about there is a line of those of the appraisal, of all others nothing, as where none are wanted; how long lines and pairs are
-- stands beside. In a row for each, most time went into the rows; and what may be long is cut before it is joined. Texts
-- are one with E'\x1f' between, which is read much sooner than an array; ids have no such sign in them, and no name that
-- is taken in today: out of those of an older log it is left, where nobody sees it.
select
  string_agg(a.employee, E'\x1f') as employees,
  string_agg(replace(e.name, E'\x1f', ''), E'\x1f') filter (where %(named)s::boolean) as names,
  string_agg(a.unit, E'\x1f') as units,
  string_agg(a.appraiser, E'\x1f') filter (where %(named)s::boolean) as appraisers,
  string_agg(a.period, E'\x1f') as periods,
  string_agg(coalesce(a.policy_hash, ''), E'\x1f') as policies,
  string_agg(coalesce(x.spans, ''), E'\x1f') as exemptions,
  string_agg(coalesce(b.spans, ''), E'\x1f') as breaks,
  string_agg(date_send(a.starts), '') as starts,
  string_agg(date_send(a.ends), '') as ends,
  string_agg(date_send(greatest(a.starts, e.since)), '') as since,
  string_agg(date_send(least(a.ends, e.retired)), '') as until,
  string_agg(int4send(coalesce(length(d.entries), 0)), '') as of_entries,
  string_agg(int4send(coalesce(length(d.progress), 0)), '') as of_progress,
  string_agg(d.entries, '') as entries,
  string_agg(d.progress, '') as progress,
  string_agg(coalesce(y.required, %(nothing_known)s), '') as required
from read_scores.appraisal a
join read_roster.employees e
  on e.agency = a.agency
  and e.employee = a.employee
left join (
  select
    d.stream,
    d.progress,
    case when %(entries)s::boolean and length(d.entries) > 2 * w.skipped
      then substring(d.entries || %(blank)s from 1 + 2 * w.skipped for 2 * w.days)
    end as entries
  from read_dossier.reported_days d
  cross join lateral (
    select
      greatest(d.starts, %(first)s) - date_trunc('year', d.starts)::date as skipped,
      greatest(least(d.ends, %(last)s) - greatest(d.starts, %(first)s) + 1, 0) as days
  ) w
  where d.agency = %(agency)s
    and {when}
  offset 0
) d
  on d.stream = a.stream
left join read_attendance.year y
  on y.agency = a.agency
  and y.employee = a.employee
  and y.year = {year}
left join (
  -- In one go: to look for those of each person by themselves took most of the time of a city.
  select x.employee, json_agg(json_build_array(x.since, x.until) order by x.since, x.decree)::text as spans
  from read_roster.exemptions x
  where x.agency = %(agency)s
    and (%(person)s::text is null or x.employee = %(person)s)
    and not x.withdrawn
  group by x.employee
) x
  on x.employee = a.employee
left join (
  select p.employee, s.spans::text as spans
  from (
    select distinct r.agency, r.employee
    from read_roster.retirements r
    where r.agency = %(agency)s
      and (%(person)s::text is null or r.employee = %(person)s)
      and r.last_day is null
  ) p
  cross join lateral (
    -- part breaks-in-service: of = p
  ) s (spans)
) b
  on b.employee = a.employee
