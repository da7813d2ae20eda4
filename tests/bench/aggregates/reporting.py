"""How people plan and report, and how long answers take."""

from datetime import timedelta
from typing import LiteralString

from aggregates.city import City, Report, agency

from neraca.domain.command_rules import ReportingRule
from neraca.service import durations, lateness, participation, report_deadlines

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
FILLS: tuple[LiteralString, ...] = (DOSSIERS, REPORTS)


def reports(city: City) -> dict[str, Report]:
    monthly, period = agency(), city.period
    today = period.ends + timedelta(days=30)
    rule = ReportingRule()
    of_all = {"reader": None, "below": [], "headed": []}

    def late() -> object:
        rows = city.rows(lateness.STATEMENT, lateness.params(monthly, period, today, None) | of_all)
        return lateness.by_unit(lateness.told(rows, monthly, period, today, lambda _: rule))

    def owed() -> object:
        known = report_deadlines.params(period.ends) | {"person": None, "today": period.ends} | of_all
        return report_deadlines.owed(city.rows(report_deadlines.STATEMENT, known), monthly, period.ends, lambda _: rule)

    return {
        "participation": lambda: city.rows(participation.STATEMENT, {"period": period.label, "units": None}),
        "lateness by unit": late,
        "reports owed by all": owed,
        "durations": lambda: durations.told(
            city.rows(durations.STATEMENT, durations.params(monthly.time_zone, period.label, None))
        ),
    }
