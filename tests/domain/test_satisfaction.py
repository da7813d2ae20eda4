"""The index of public satisfaction, digit for digit, and that few citizens show through nothing that is told."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as some

from neraca.domain.group_privacy import left_out
from neraca.domain.survey.satisfaction import Answered, bursts, category, index, told, weight
from neraca.domain.vocabulary import FEWEST_CITIZENS, ServiceCategory

NINE = [f"u{n}" for n in range(1, 10)]


def answered(*means: tuple[int, int]) -> Answered:
    return Answered(
        {f"u{at}": Decimal(total) for at, (total, _) in enumerate(means, 1)},
        {f"u{at}": n for at, (_, n) in enumerate(means, 1)},
    )


def test_that_answers_were_the_same_as_those_before_them_is_told_of_ten_together() -> None:
    """Who sends four that are alike and waits for the next would else read what that one was."""
    apart = {"MANY_IN_MINUTES": 3, "OUTSIDE_HOURS": 1}

    assert [bursts({**apart, "SAME_IN_A_ROW": n}) for n in (1, 9)] == [apart, apart]
    assert [bursts({"SAME_IN_A_ROW": n}) for n in (10, 19, 20)] == [{"SAME_IN_A_ROW": n} for n in (10, 10, 20)]
    assert bursts({}) == {}


@pytest.mark.parametrize(("elements", "each"), [(9, "0.111"), (3, "0.333"), (7, "0.143"), (2, "0.5"), (1, "1")])
def test_every_element_weighs_alike_to_three_places(elements: int, each: str) -> None:
    assert weight(elements) == Decimal(each)


def test_the_index_is_the_sum_of_means_by_their_weights_times_25() -> None:
    # 105 + 101 + 100 + 116 + 102 + 105 + 106 + 105 + 115 = 955 over 29: 32.931034... x 0.111 x 25
    sums = (105, 101, 100, 116, 102, 105, 106, 105, 115)

    assert index(answered(*((total, 29) for total in sums))) == Decimal("91.38")
    assert index(answered(*[(40, 10)] * 9)) == Decimal("99.90")
    assert index(answered((31, 10), (29, 10), (30, 10))) == Decimal("74.93")  # 9 x 0.333 x 25 = 74.925
    assert index(answered(*[(40, 10)] * 8, (0, 0))) is None
    assert index(Answered({}, {})) is None


@pytest.mark.parametrize(
    ("of", "is_"),
    [
        ("100", "A"), ("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"), ("65.00", "C"), ("64.99", "D"),
        ("24.98", "D"),
    ],
)  # fmt: skip
def test_a_category_begins_at_its_limit(of: str, is_: str) -> None:
    assert category(Decimal(of)) is ServiceCategory(is_)


def test_what_too_few_said_is_told_of_nowhere_and_nor_is_who_would_give_them_away() -> None:
    many, some_, few = answered((120, 40)), answered((33, 11)), answered((4, 1))

    alone = told({"a": many, "b": some_, "c": few})
    assert {name: one.index for name, one in alone.items()} == {"a": Decimal("75.00"), "b": None, "c": None}
    beside = told({"a": many, "b": some_}, rest=few)
    assert {name: one.index for name, one in beside.items()} == {"a": Decimal("75.00"), "b": None}
    assert told({"a": many}, rest=few)["a"].index is None
    assert told({"a": many}, rest=answered((0, 0)))["a"].index == Decimal("75.00")


def test_an_element_that_too_few_answered_is_not_told_and_takes_the_index_with_it() -> None:
    one = told({"a": answered((90, 30), (4, 1))})["a"]

    assert ([each.element for each in one.elements], one.index, one.category) == (["u1"], None, None)


PARTS = some.lists(
    some.lists(some.tuples(some.integers(0, 25), some.integers(1, 4)), min_size=2, max_size=2), min_size=1, max_size=5
)


@given(PARTS, some.booleans())
def test_no_difference_of_what_is_told_is_what_fewer_than_the_floor_said(
    parts: list[list[tuple[int, int]]], with_rest: bool
) -> None:
    """Whatever some told parts leave of the whole, or of each other, at least ten citizens said together, or nobody."""
    groups = {f"p{at}": answered(*((n * each, n) for n, each in part)) for at, part in enumerate(parts)}
    rest = groups.popitem()[1] if with_rest else None

    shown = told(groups, rest)

    everything = [*groups.values(), *(() if rest is None else (rest,))]
    for element in ("u1", "u2"):
        whole = sum(one.counts[element] for one in everything)
        told_of = [one.answers for found in shown.values() for one in found.elements if one.element == element]
        assert all(n >= FEWEST_CITIZENS for n in told_of)
        for several in range(len(told_of) + 1):
            for taken in combinations(told_of, several):
                left = whole - sum(taken)
                assert left == 0 or left >= FEWEST_CITIZENS or whole < FEWEST_CITIZENS
    for name, found in shown.items():
        if found.index is not None:
            means = sum(Fraction(groups[name].sums[one]) / groups[name].counts[one] for one in ("u1", "u2"))
            assert abs(Fraction(found.index) - means * Fraction(25, 2)) <= Fraction(1, 200)


@given(some.lists(some.integers(0, 30), max_size=7), some.integers(1, 12))
def test_those_left_out_are_together_enough_or_all(sizes: list[int], floor: int) -> None:
    out = left_out(sizes, floor)

    together = sum(sizes[at] for at in out)
    assert together == 0 or together >= floor or len(out) == len(sizes)
    assert all(sizes[at] >= floor for at in range(len(sizes)) if at not in out)


@given(
    some.lists(
        some.tuples(some.decimals(min_value=0, max_value=10**9, places=3), some.integers(1, 10**6)),
        min_size=1,
        max_size=9,
    )
)
def test_index_and_means_are_what_fractions_come_to(of: list[tuple[Decimal, int]]) -> None:
    asked = Answered(
        {f"u{at}": total for at, (total, _) in enumerate(of)},
        {f"u{at}": FEWEST_CITIZENS + n for at, (_, n) in enumerate(of)},
    )
    means = {name: Fraction(asked.sums[name]) / n for name, n in asked.counts.items()}
    share = half_up(Fraction(1, len(means)), 3)

    found = told({"": asked})[""]

    assert {one.element: one.mean for one in found.elements} == {name: half_up(mean, 3) for name, mean in means.items()}
    assert found.index == half_up(sum(means.values()) * Fraction(share) * 25, 2)


def half_up(value: Fraction, places: int) -> Decimal:
    return Decimal(floor(value * 10**places + Fraction(1, 2))) / 10**places
