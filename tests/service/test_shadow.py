"""A rule is tried beside the one in force for a year: what it would have made of it is told, and nothing moves."""

from datetime import date
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.errors import NotFound
from neraca.domain.policy_register import EndShadow, WithdrawPolicy
from neraca.service.replay import replay
from neraca.service.simulation import Simulator

JANUARY = date(2027, 1, 4)


@pytest.fixture
def city(shadowing_agency: Any) -> Any:
    return shadowing_agency


def compared(city: Any, shadow: str = "s1") -> Any:
    return Simulator(city.house.url, city.service.policies, city.house.agencies).shadowed("uji", shadow)


def test_the_final_results_of_its_days_are_judged_by_it_and_told_by_predicate_unit_and_class(city: Any) -> None:
    report = compared(city)

    assert report.periods == ("2026",)
    (found,) = report.found
    moved = [(one.before, one.after, one.people) for one in found.impact.transitions]
    assert moved == [("baik", "baik", 1), ("baik", "butuh_perbaikan", 1)]
    assert [(one.name, one.people, one.lowered) for one in found.impact.by_unit] == [("dinkes", 2, 1)]
    assert [(one.name, one.lowered) for one in found.impact.by_class] == [("FUNCTIONAL", 1)]
    assert compared(city).found[0].hash == found.hash


def test_it_touches_no_number_and_the_log_replays(city: Any) -> None:
    finals = [past.event for past in city.service.reader.of_type("uji", "appraisal.finalised")]

    assert {(one.predicate, one.policy.version) for one in finals} == {("baik", 2)}
    assert [one.differences for one in replay(city.service, "uji") if one.differences] == []


def test_what_becomes_of_the_proposal_changes_no_shadow(city: Any) -> None:
    before = compared(city).found[0].hash
    city.tell("policy", WithdrawPolicy(proposal="p1", reason="Ditunda"), on=JANUARY)

    assert compared(city).found[0].hash == before


def test_it_is_compared_no_further_than_the_day_it_was_ended(city: Any) -> None:
    named = city.service.reader.stream("uji", streams.policy_register("uji"))[-1].event
    assert (named.shadow, named.until) == ("s1", date(2026, 12, 31))
    city.tell("policy", EndShadow(shadow="s1", reason="Cukup"), on=date(2026, 6, 30))

    assert compared(city).found == ()
    with pytest.raises(NotFound, match="there is no shadow 's2'"):
        compared(city, "s2")
