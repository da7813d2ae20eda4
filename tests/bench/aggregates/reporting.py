"""How people plan and report, and how long answers take."""

from datetime import timedelta
from typing import LiteralString

from aggregates.city import City, Report, agency
from msgspec.structs import replace

from neraca.domain.agency import Agency, Reporting
from neraca.domain.command_rules import ReportingRule
from neraca.service import durations, lateness, owed_reports, participation, report_deadlines

DOSSIERS: LiteralString = """
insert into read_dossier.dossier
select r.agency, r.stream, r.employee, r.period, 'approved', null, '[]', '{}', 0, 1
from read_results.result r
where r.starts >= %(since)s
"""
REPORTS: LiteralString = """
insert into read_dossier.report
select
  a.agency, a.stream, 'report' || m, %(people)s::bigint * 3 * q + 3 * n + m, came.at, came.at, 'progress', came.day,
  'r1', 't1', m,
  null, null, null, '[]', 'accepted', null,
  %(people)s::bigint * 3 * q + 3 * n + m + 1000000000, answer.at, answer.at
from read_scores.appraisal a
cross join lateral (
  select substr(a.employee, 2)::int as n, extract(quarter from a.starts)::int as q
) of
cross join generate_series(1, 3) m
cross join lateral (
  select
    (a.starts + make_interval(months => m))::date - 1 as day,
    a.starts + make_interval(months => m, days => n %% 9, hours => 1) as at
) came
cross join lateral (select came.at + make_interval(days => n %% 7) as at) answer
where a.starts >= %(since)s
"""
NUMBER: LiteralString = """
create function pg_temp.number(day date, at timestamptz) returns bytea language sql immutable as
$$
  select substring(int4send(97 + floor(extract(epoch from at - day::timestamp at time zone 'UTC') / 900)::int) from 3)
$$
"""
REPORTED_DAYS: LiteralString = """
insert into read_dossier.reported_days
select
  a.agency, a.stream, a.starts, a.ends,
  case when a.period = %(last)s || '-Q4' then
    decode(repeat('0000', a.starts - date_trunc('year', a.starts)::date), 'hex')
    || (
      select string_agg(
        case when (n.n + d) %% 11 = 0 then '\\x0000'
        else pg_temp.number(a.starts + d, a.starts + d + make_interval(hours => 9 + 24 * ((n.n * d) %% 8))) end,
        '' order by d
      )
      from generate_series(0, a.ends - a.starts) d
    )
  else '' end,
  coalesce(r.progress, ''),
  '{}', '{}'
from read_scores.appraisal a
cross join lateral (select substr(a.employee, 2)::int as n) n
left join (
  select
    x.stream,
    string_agg(
      substring(int4send(x.day - date_trunc('year', x.day)::date) from 3) || pg_temp.number(x.day, x.happened),
      '' order by x.day
    ) as progress
  from read_dossier.report x
  group by x.stream
) r
  on r.stream = a.stream
"""
ATTENDANCE: LiteralString = """
insert into read_attendance.year
select %(agency)s, 'p' || n, %(last)s, decode(repeat(lpad(to_hex(17 + n %% 5), 2, '0'), 12), 'hex')
from generate_series(1, %(people)s) n
"""
RUNNING: LiteralString = """
insert into read_scores.appraisal
  (agency, stream, employee, period, starts, ends, unit, appraiser, position_class, stage, version, policy_id,
   policy_version, policy_hash, status, levels, nodes, facts, cut_off, position, recorded_at)
select
  a.agency, gen_random_uuid(), a.employee, %(last)s + 1 || '-Q1', make_date(%(last)s + 1, 1, 1),
  make_date(%(last)s + 1, 3, 31), a.unit, a.appraiser, a.position_class, 'running', 20, a.policy_id, a.policy_version,
  a.policy_hash, 'provisional', '{}', '{}', '{}', false, a.position, now()
from read_scores.appraisal a
where a.period = %(last)s || '-Q4'
"""
REPORTED_SINCE: LiteralString = """
insert into read_dossier.reported_days
select
  a.agency, a.stream, a.starts, a.ends, '',
  case when substr(a.employee, 2)::int %% 3 > 0 then decode('001e0090', 'hex') else '' end, '{}', '{}'
from read_scores.appraisal a
where a.stage = 'running'
"""
FILLS: tuple[LiteralString, ...] = (
    DOSSIERS,
    REPORTS,
    NUMBER,
    REPORTED_DAYS,
    ATTENDANCE,
    RUNNING,
    REPORTED_SINCE,
)


def reports(city: City) -> dict[str, Report]:
    monthly, period = agency(), city.period
    daily = replace(monthly, reporting=Reporting(cadence="daily", daily=True, in_time_days=5))
    today = period.ends + timedelta(days=30)
    rule = ReportingRule()
    of_all = {"reader": None, "below": [], "headed": []}

    def late(of: Agency, *, named: bool = False) -> lateness.Found:
        rows = city.rows(
            lateness.STATEMENT, lateness.params(of, period, today, None, named=named, entries=of is daily) | of_all
        )
        return lateness.told(owed_reports.read(rows), of, period, today, lambda _: rule)

    def owed() -> object:
        day = period.ends + timedelta(days=50)
        known = report_deadlines.params(day, entries=False) | {"person": None} | of_all
        return report_deadlines.owed(
            owed_reports.read(city.rows(report_deadlines.STATEMENT, known)), monthly, day, lambda _: rule
        )

    return {
        "participation": lambda: city.rows(participation.STATEMENT, {"period": period.label, "units": None}),
        "lateness by unit": lambda: lateness.by_unit(late(monthly)),
        "lateness by name": lambda: lateness.by_name(late(monthly, named=True)),
        "lateness by unit, daily": lambda: lateness.by_unit(late(daily)),
        "reports owed by all": owed,
        "durations": lambda: durations.told(
            city.rows(durations.STATEMENT, durations.params(monthly.time_zone, period.label, None, today))
        ),
    }
