"""The shares of SE MenPANRB 3/2023 over cohorts of 3, 10 and 100."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace

from neraca.policy.impact.distribution import Breach, NoSuchCurve, breaches, kept, limits
from neraca.policy.library import Library
from neraca.policy.model import Curve, Distribution, GroupQuota, Quota

FILE = Path(__file__).parent / "samples" / "a-nasional-permenpanrb-6-2022.yaml"


@pytest.fixture(scope="module")
def rule() -> Distribution:
    distribution = Library.read({FILE.name: FILE.read_text()})[0].by_file(FILE.name).policy.distribution
    assert distribution is not None
    return replace(distribution, min_cohort=1)


@pytest.mark.parametrize(("people", "most", "least"), [(3, 2, 2), (10, 7, 6), (100, 70, 60), (7, 4, 5)])
def test_a_maximum_is_rounded_down_and_a_minimum_up(rule: Distribution, people: int, most: int, least: int) -> None:
    def top(count: int) -> tuple[Breach, ...]:
        return breaches(rule, "istimewa", {"sangat_baik": count, "baik": people - count})

    def low(count: int) -> tuple[Breach, ...]:
        return breaches(rule, "butuh_perbaikan", {"butuh_perbaikan": count, "baik": people - count})

    assert top(most) == ()
    assert top(most + 1) == (Breach("max", ("sangat_baik",), most, most + 1),)
    assert low(least) == ()
    assert low(least - 1) == (Breach("min", ("butuh_perbaikan",), least, least - 1),)


def test_some_must_be_there_and_some_must_not(rule: Distribution) -> None:
    assert breaches(rule, "baik", {"baik": 7, "sangat_baik": 3}) == (
        Breach("some_of", ("butuh_perbaikan", "kurang"), 1, 0),
    )
    assert breaches(rule, "baik", {"baik": 7, "sangat_baik": 2, "kurang": 1}) == ()
    assert breaches(rule, "sangat_kurang", {"sangat_kurang": 6, "kurang": 3, "sangat_baik": 1}) == (
        Breach("none_of", ("sangat_baik",), 0, 1),
    )


def test_several_predicates_share_a_quota(rule: Distribution) -> None:
    """SE 3/2023, the lowest curve: at least a tenth Kurang and/or Butuh Perbaikan, whichever of the two."""
    together = GroupQuota(of=["kurang", "butuh_perbaikan"], min=Decimal(10), max=Decimal(30))
    curve = replace(rule.curves["sangat_kurang"], group_quotas={"kurang_atau_butuh_perbaikan": together})
    ruled = replace(rule, curves={"sangat_kurang": replace(curve, at_least_one_of=[])})
    pair = ("kurang", "butuh_perbaikan")

    def found(kurang: int, butuh: int, people: int = 20) -> tuple[Breach, ...]:
        counts = {"kurang": kurang, "butuh_perbaikan": butuh, "sangat_kurang": people - kurang - butuh}
        return breaches(ruled, "sangat_kurang", counts)

    assert found(1, 0) == (Breach("min", pair, 2, 1),)
    assert found(1, 1) == found(2, 0) == found(0, 2) == found(3, 3) == ()
    assert found(4, 3) == (Breach("max", pair, 6, 7),)
    assert found(1, 1, people=21) == (Breach("min", pair, 3, 2),)


def test_the_national_policy_counts_the_two_low_predicates_together() -> None:
    file = Path(__file__).parents[2] / "policies" / "nasional" / "permenpanrb-6-2022.yaml"
    distribution = Library.read({file.name: file.read_text()})[0].by_file(file.name).policy.distribution
    assert distribution is not None

    counts = {"sangat_kurang": 37, "kurang": 1, "butuh_perbaikan": 1, "baik": 1}
    assert breaches(distribution, "sangat_kurang", counts) == (Breach("min", ("kurang", "butuh_perbaikan"), 4, 2),)
    assert breaches(distribution, "sangat_kurang", {**counts, "sangat_kurang": 35, "kurang": 3}) == ()


def test_a_small_cohort_is_not_checked(rule: Distribution) -> None:
    ten = replace(rule, min_cohort=10)

    assert breaches(ten, "istimewa", {"sangat_baik": 9}) == ()
    assert breaches(ten, "istimewa", {"sangat_baik": 10}) != ()
    assert breaches(replace(rule, mode="off"), "istimewa", {"sangat_baik": 10}) == ()


def test_an_unknown_curve_is_refused(rule: Distribution) -> None:
    with pytest.raises(NoSuchCurve, match="no curve 'istimewah' - did you mean 'istimewa'"):
        breaches(rule, "istimewah", {})


EVERYTHING = Curve(
    quotas={"sangat_baik": Quota(min=Decimal(15), max=Decimal(25)), "baik": Quota()},
    group_quotas={"rendah": GroupQuota(of=["kurang", "sangat_kurang"], min=Decimal(5), max=Decimal(35))},
    at_least_one_of=["kurang", "butuh_perbaikan"],
    none_of=["sangat_kurang", "butuh_perbaikan"],
)


@pytest.mark.parametrize(
    ("rounding", "bounds"),
    [
        ({}, (2, 2, 3, 1)),
        ({"max": "floor", "min": "ceil"}, (2, 2, 3, 1)),
        ({"max": "ceil", "min": "floor"}, (3, 1, 4, 0)),
    ],
)
def test_everything_a_curve_asks_is_told_kept_or_not(
    rule: Distribution, rounding: dict[str, str], bounds: tuple[int, int, int, int]
) -> None:
    """Of ten people. Whom nobody counts is not there."""
    rounded = replace(rule, rounding=rounding, curves={"curve": EVERYTHING})
    most, least, most_low, least_low = bounds
    low = ("kurang", "sangat_kurang")

    assert [*limits(rounded, EVERYTHING, 10, {"baik": 9, "sangat_kurang": 1})] == [
        Breach("max", ("sangat_baik",), most, 0),
        Breach("min", ("sangat_baik",), least, 0),
        Breach("max", low, most_low, 1),
        Breach("min", low, least_low, 1),
        Breach("some_of", ("kurang", "butuh_perbaikan"), 1, 0),
        Breach("none_of", ("sangat_kurang", "butuh_perbaikan"), 0, 1),
    ]
    assert [*limits(rounded, Curve(), 10, {"baik": 10})] == []


@pytest.mark.parametrize(
    ("kind", "found", "is_kept"),
    [
        ("max", 2, True),
        ("max", 3, False),
        ("max", 4, False),
        ("min", 2, False),
        ("min", 3, True),
        ("min", 4, True),
        ("some_of", 2, False),
        ("some_of", 3, True),
        ("none_of", 2, True),
        ("none_of", 3, False),
    ],
)
def test_a_limit_is_kept_up_to_it_or_from_it_on(
    kind: Literal["max", "min", "some_of", "none_of"], found: int, is_kept: bool
) -> None:
    limit = 2 if kind in ("max", "none_of") else 3

    assert kept(Breach(kind, ("baik",), limit, found)) is is_kept
