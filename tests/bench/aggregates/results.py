"""Final results, and what groups of them come to."""

from collections.abc import Callable
from typing import Any, LiteralString

from aggregates.city import City, Report

from neraca.service import before_after, group_spread, ranks, trend

RESULTS: LiteralString = """
insert into read_results.result
select
  %(agency)s, gen_random_uuid(), 'p' || n, p.label, p.starts, (p.starts + interval '3 months')::date - 1,
  'unit' || n %% 30,
  (array['FUNCTIONAL', 'OPERATIONAL', 'ADMINISTRATOR', 'SUPERVISOR', 'SENIOR_EXECUTIVE'])[1 + n %% 5],
  'city@' || p.year - %(first)s + 1, 'h' || p.year, false,
  (array['baik', 'sangat_baik', 'butuh_perbaikan'])[1 + n %% 3],
  (7000 + (n::bigint * 7919 + p.year * 31) %% 5001) * 10000,
  (
    select jsonb_object_agg('indicator' || k, (6000 + (n::bigint * (7919 + k) + p.year * k) %% 6001) * 10000)
    from generate_series(1, 16) k
  ),
  n
from generate_series(1, %(people)s) n
cross join (
  select y as year, y || '-Q' || q as label, make_date(y, 3 * q - 2, 1) as starts
  from generate_series(%(first)s, %(first)s + %(years)s - 1) y, generate_series(1, 4) q
) p
"""
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
APPRAISALS: LiteralString = """
insert into read_scores.appraisal
  (agency, stream, employee, period, starts, ends, unit, appraiser, position_class, stage, version, policy_id,
   policy_version, policy_hash, status, score, predicate, levels, nodes, facts, final, cut_off, position, recorded_at)
select
  r.agency, r.stream, r.employee, r.period, r.starts, r.ends, r.unit, 'boss', r.position_class, 'final', 40, 'city', 1,
  r.policy_hash, 'final', r.score / 1000000.0, r.predicate, '{}', r.nodes,
  jsonb_build_object('case', r.nodes, 'sources', r.nodes),
  jsonb_build_object('position', r.position, 'facts', r.nodes), false, r.position, now()
from read_results.result r
"""
FILLS: tuple[LiteralString, ...] = (RESULTS, COUNTED, TALLY, GATHERING, APPRAISALS)


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
        "trend of the agency": spread(group_spread.OF_CLASSES, group_spread.of_classes(measure="indicator3")),
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
        "a page of the ranking": lambda: city.rows(ranks.PLACES, ranking | {"period": now, "limit": 50, "after": 0}),
        "own place": lambda: city.rows(
            ranks.PLACES, ranking | {"period": now, "limit": 1, "after": 0, "employee": "p77"}
        ),
    }
