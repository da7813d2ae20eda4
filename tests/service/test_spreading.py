"""How a unit's predicates are spread, and the fewest changes its curve would want: told from the real read models."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain.achievement import PublishAchievement
from neraca.service.spreading import Spread, spreads

PERIOD = "2025-Q1"
CURVE = """
distribution:
  mode: enforce
  cohort: unit_organisasi
  min_cohort: 3
  select_by: predikat_organisasi
  rounding: {max: floor, min: ceil}
  curves:
    baik: {quotas: {cukup: {max: 50}}}
"""
STAFF = ("budi", "ani", "cici", "dedi")


def told(town: Any, organisation: str | None = "baik") -> list[Spread]:
    if organisation is not None:
        publish = PublishAchievement(unit="dinkes", period=PERIOD, index=Decimal(95), predicate="baik", source="LKjIP")
        town.tell("official", publish)
    town.house.follow()
    return spreads(town.house.url, town.service.shelf, town.id, PERIOD)


def scored(town: Any, policy: str) -> None:
    town.publish(policy + CURVE, version=2, since=date(2025, 3, 1))
    for number, employee in enumerate(STAFF):
        town.score(employee, actual=80 + number)


def test_the_fewest_changes_that_would_keep_the_curve_are_told(town: Any, policy: str) -> None:
    scored(town, policy)

    (unit,) = told(town)

    assert (unit.unit, unit.people, unit.organisation, unit.unfinished) == ("dinkes", 4, "baik", 4)
    assert unit.counts == {"cukup": 4}
    assert unit.rebalancing is not None
    (breach,) = unit.rebalancing.breached
    assert (breach.kind, breach.predicates, breach.limit, breach.found) == ("max", ("cukup",), 2, 4)
    assert len(unit.rebalancing.moves) == 2
    assert {move.before for move in unit.rebalancing.moves} == {"cukup"}
    assert unit.rebalancing.mode == "enforce"


def test_nothing_is_applied(town: Any, policy: str) -> None:
    scored(town, policy)
    head = town.house.log.head(town.id)

    assert told(town, organisation=None)[0].counts == {"cukup": 4}
    assert town.house.log.head(town.id) == head


def test_why_a_unit_was_not_checked_is_said(town: Any, policy: str) -> None:
    town.score("budi")
    assert told(town, organisation=None)[0].why == "kota-uji@1 asks for no distribution"

    town.publish(policy + CURVE, version=2, since=date(2025, 3, 1))
    assert told(town, organisation=None)[0].why == "the unit's achievement as an organisation is not published"
    assert told(town)[0].why == "fewer than 3 people: the rule does not bind so small a unit"


def test_a_period_without_appraisals_has_no_units(town: Any) -> None:
    town.house.follow()

    assert spreads(town.house.url, town.service.shelf, town.id, "2025-Q2") == []
