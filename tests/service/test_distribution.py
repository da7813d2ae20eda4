"""How a unit's predicates are spread, and the fewest changes its curve would want: told from the real read models."""

from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain.achievement import PublishAchievement
from neraca.service.distribution import Distribution, distributions

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


def told(fixture_agency: Any, organisation: str | None = "baik") -> list[Distribution]:
    if organisation is not None:
        publish = PublishAchievement(unit="dinkes", period=PERIOD, index=Decimal(95), predicate="baik", source="LKjIP")
        fixture_agency.tell("official", publish)
    fixture_agency.house.follow()
    return distributions(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.id, PERIOD)


def scored(fixture_agency: Any, policy: str) -> None:
    fixture_agency.publish(policy + CURVE, version=2, since=date(2025, 3, 1))
    for number, employee in enumerate(STAFF):
        fixture_agency.score(employee, actual=80 + number)


def test_the_fewest_changes_that_would_keep_the_curve_are_told(fixture_agency: Any, policy: str) -> None:
    scored(fixture_agency, policy)

    (unit,) = told(fixture_agency)

    assert (unit.unit, unit.people, unit.organisation, unit.unfinished) == ("dinkes", 4, "baik", 4)
    assert unit.counts == {"cukup": 4}
    assert unit.rebalancing is not None
    (breach,) = unit.rebalancing.breached
    assert (breach.kind, breach.predicates, breach.limit, breach.found) == ("max", ("cukup",), 2, 4)
    assert len(unit.rebalancing.moves) == 2
    assert {move.before for move in unit.rebalancing.moves} == {"cukup"}
    assert unit.rebalancing.mode == "enforce"


def test_nothing_is_applied(fixture_agency: Any, policy: str) -> None:
    scored(fixture_agency, policy)
    head = fixture_agency.house.log.head(fixture_agency.id)

    assert told(fixture_agency, organisation=None)[0].counts == {"cukup": 4}
    assert fixture_agency.house.log.head(fixture_agency.id) == head


def test_why_a_unit_was_not_checked_is_said(fixture_agency: Any, policy: str) -> None:
    fixture_agency.score("budi")
    assert told(fixture_agency, organisation=None)[0].why == "kota-uji@1 asks for no distribution"

    fixture_agency.publish(policy + CURVE, version=2, since=date(2025, 3, 1))
    assert (
        told(fixture_agency, organisation=None)[0].why == "the unit's achievement as an organisation is not published"
    )
    assert told(fixture_agency)[0].why == "fewer than 3 people: the rule does not bind so small a unit"


def test_a_period_without_appraisals_has_no_units(fixture_agency: Any) -> None:
    fixture_agency.house.follow()

    assert distributions(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.id, "2025-Q2") == []
