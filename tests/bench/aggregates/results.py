"""What groups of final results come to."""

from collections.abc import Callable
from typing import Any, LiteralString

from aggregates.city import City, Report

from neraca.service import before_after, group_spread, ranks, strengths, trend

COUNTED: LiteralString = """
insert into read_results.counted
select
  r.agency, g.grouping, r.period, r.policy_hash,
  case g.grouping when 'agency' then '' when 'class' then r.position_class else r.unit end,
  r.stream, r.employee, r.nodes || jsonb_build_object('', r.score, '=', r.predicate)
from read_results.result r
cross join unnest(array['agency', 'class', 'unit']) g (grouping)
"""
TALLY: LiteralString = """
insert into read_results.tally
select c.agency, c.grouping, c.period, c.policy_hash, c.member, e.key, e.value::bigint, count(*)
from read_results.counted c
cross join lateral jsonb_each_text(c.told) e
where c.grouping <> 'unit'
  and e.key <> '='
group by 1, 2, 3, 4, 5, 6, 7
"""
GATHERING: LiteralString = """
insert into read_results.gathering
select
  c.agency, c.grouping, c.period, c.policy_hash, c.member, c.policy, c.starts, c.ends, '[]',
  jsonb_build_object('', c.people)
  || (select jsonb_object_agg('indicator' || k, c.people) from generate_series(1, 16) k),
  c.position
from (
  select
    r.agency, g.grouping, r.period, r.policy_hash, r.policy,
    case g.grouping when 'agency' then '' when 'class' then r.position_class else r.unit end as member,
    min(r.starts) as starts, min(r.ends) as ends, count(*) as people, max(r.position) as position
  from read_results.result r
  cross join unnest(array['agency', 'class', 'unit']) g (grouping)
  group by 1, 2, 3, 4, 5, 6
) c
"""
PLANNED: LiteralString = """
insert into read_dossier.target
select
  r.agency, r.stream, 'r' || k, 't1', k,
  'Dokumen ' || (substr(r.employee, 2)::int + k) %% 40, 'dokumen', 'QUANTITY', 'max',
  12, null, case (substr(r.employee, 2)::int + k) %% 3 when 0 then 12 when 1 then 9 end, r.ends, null, '[]', null
from read_results.result r
cross join generate_series(1, 3) k
where r.period = %(last)s || '-Q4'
"""
FILLS: tuple[LiteralString, ...] = (COUNTED, TALLY, GATHERING, PLANNED)


def reports(city: City) -> dict[str, Report]:
    now, before = f"{city.last}-Q4", f"{city.last}-Q3"
    everything = {"reader": None, "serves": False, "acting_for": []}
    ranking = {"hashes": [f"h{city.last}"], "within": ["agency"], "floor": 5, "units": None, "employee": None}

    def spread(name: str, params: dict[str, Any]) -> Callable[[], object]:
        return lambda: group_spread.spreads(city.rows(name, params), mean=True)

    classes = {"period": now, "policy_hash": f"h{city.last}", "position_class": "FUNCTIONAL", "by_class": True}
    compared = before_after.asked(measure="score", before=before, after=now)
    return {
        "class of one employee": spread(group_spread.OF_CLASSES, group_spread.of_classes(**classes)),
        "indicators of the agency": spread(group_spread.OF_CLASSES, group_spread.of_classes(period=now)),
        "trend of the agency": spread(group_spread.OF_CLASSES, group_spread.of_classes(measures=["indicator3"])),
        "one measure over units": spread(
            group_spread.OF_UNITS, group_spread.of_units(units=None, period=now, measure="indicator3")
        ),
        "all measures of a unit": spread(group_spread.OF_UNITS, group_spread.of_units(units=["unit3"], period=now)),
        "trend of a unit": spread(group_spread.OF_UNITS, group_spread.of_units(units=["unit3"], measure="indicator3")),
        "trend of an employee": lambda: trend.employee_trend(
            city.rows(trend.OF_EMPLOYEE, trend.of_employee("p77", "score") | everything)
        ),
        "before and after": lambda: before_after.compared(
            [before_after.KnownPairs(*row) for row in city.rows(before_after.STATEMENT, compared)],
            "score",
            everything=True,
            mean=True,
        ),
        "duties of the agency": lambda: strengths.duties(city.rows(strengths.DUTIES, strengths.of_duties(now, None))),
        "duties of a unit": lambda: strengths.duties(city.rows(strengths.DUTIES, strengths.of_duties(now, ["unit3"]))),
        "strengths of a unit": lambda: (
            spread(group_spread.OF_UNITS, group_spread.of_units(units=["unit3"], period=now))(),
            spread(group_spread.OF_CLASSES, group_spread.of_classes(period=now))(),
        ),
        "a page of the ranking": lambda: city.rows(ranks.PLACES, ranking | {"period": now, "limit": 50, "after": 0}),
        "own place": lambda: city.rows(
            ranks.PLACES, ranking | {"period": now, "limit": 1, "after": 0, "employee": "p77"}
        ),
    }
