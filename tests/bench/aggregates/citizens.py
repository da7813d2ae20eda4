"""What citizens said."""

from typing import LiteralString

from aggregates.city import City, Report

from neraca.service import satisfaction

SATISFACTION: LiteralString = """
insert into read_satisfaction.result
select
  %(agency)s, 'unit' || u, 'skm', y || '-Q' || q, case p when 0 then '' else 'point' || u || '-' || p end, 400, sums,
  counts, 0, '{}', '{}', '{}', u, false, null
from generate_series(0, 29) u
cross join generate_series(%(first)s::int, %(last)s::int) y
cross join generate_series(1, 4) q
cross join generate_series(0, 4) p
cross join lateral (
  select jsonb_object_agg('u' || k, (1200 + u + q)::text) as sums, jsonb_object_agg('u' || k, 400) as counts
  from generate_series(1, 9) k
) of
"""
FILLS: tuple[LiteralString, ...] = (SATISFACTION,)


def reports(city: City) -> dict[str, Report]:
    whom = {"unit": None, "survey": None}

    def satisfied(periods: list[str] | None) -> object:
        rows = city.rows(satisfaction.STATEMENT, whom | {"periods": periods})
        return [
            satisfaction.said(one) for one in satisfaction.tellable(satisfaction.ClosedSurvey(*row) for row in rows)
        ]

    return {
        "satisfaction of a period": lambda: satisfied(satisfaction.with_the_one_before(city.period.label)),
        "satisfaction, three years": lambda: satisfied(None),
        "satisfaction of all": lambda: satisfaction.tellable_of_agency(
            city.rows(satisfaction.OF_AGENCY, {"survey": None})
        ),
    }
