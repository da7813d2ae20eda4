"""Fewest people, then fewest ranks: against every spread of small cohorts, and for SE MenPANRB 3/2023 by hand."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.policy.impact.distribution import Breach, NoSuchCurve, breaches
from neraca.policy.impact.rebalancing import Move, NoSuchPredicate, Person, Rebalancing, directions, smallest_changes
from neraca.policy.library import Library
from neraca.policy.model import Curve, Distribution, GroupQuota, Quota

FILE = Path(__file__).parent / "samples" / "a-nasional-permenpanrb-6-2022.yaml"
RANKS = {"sangat_baik": 5, "baik": 4, "butuh_perbaikan": 3, "kurang": 2, "sangat_kurang": 1}
NAMES = sorted(RANKS, key=RANKS.__getitem__)
SHARES = st.sampled_from([None, 10, 20, 30, 60, 70])


def a_rule(curve: Curve) -> Distribution:
    return Distribution(
        mode="advisory",
        cohort="unit",
        select_by="predikat_organisasi",
        rounding={"max": "floor", "min": "ceil"},
        curves={"curve": curve},
    )


@pytest.fixture(scope="module")
def law() -> Distribution:
    distribution = Library.read({FILE.name: FILE.read_text()})[0].by_file(FILE.name).policy.distribution
    assert distribution is not None
    return replace(distribution, min_cohort=1)


def cohort(**counts: int) -> list[Person]:
    """The better the predicate the higher the score, and within one the later the higher."""
    return [
        Person(f"{name}-{i:04}", name, (RANKS[name] * 10_000 + i) * 1_000_000)
        for name, n in counts.items()
        for i in range(n)
    ]


def moved(result: Rebalancing) -> dict[tuple[str, str], int]:
    return dict(Counter((move.before, move.after) for move in result.moves))


# By hand.


@pytest.mark.parametrize(
    ("curve", "counts", "moves"),
    [
        # Istimewa: sangat baik at most 70%, rounded down.
        ("istimewa", {"sangat_baik": 3}, {("sangat_baik", "baik"): 1}),
        ("istimewa", {"sangat_baik": 9, "baik": 1}, {("sangat_baik", "baik"): 2}),
        ("istimewa", {"sangat_baik": 70, "baik": 30}, {}),
        ("istimewa", {"sangat_baik": 100}, {("sangat_baik", "baik"): 30}),
        # Baik: baik at most 70%, and some butuh perbaikan or kurang. One who must go down anyway is the one that must
        # be there; the others go up.
        ("baik", {"baik": 3}, {("baik", "butuh_perbaikan"): 1}),
        ("baik", {"baik": 10}, {("baik", "sangat_baik"): 2, ("baik", "butuh_perbaikan"): 1}),
        ("baik", {"baik": 70, "sangat_baik": 30}, {("baik", "butuh_perbaikan"): 1}),
        # Butuh perbaikan: at least 60% of it, rounded up, and sangat baik at most 10%, rounded down.
        ("butuh_perbaikan", {"baik": 3}, {("baik", "butuh_perbaikan"): 2}),
        (
            "butuh_perbaikan",
            {"sangat_baik": 1, "baik": 2},
            {("sangat_baik", "butuh_perbaikan"): 1, ("baik", "butuh_perbaikan"): 1},
        ),
        (
            "butuh_perbaikan",
            {"sangat_baik": 5, "baik": 50, "butuh_perbaikan": 45},
            {("baik", "butuh_perbaikan"): 15},
        ),
        # Kurang: at least 60% of it and 10% of butuh perbaikan.
        (
            "kurang",
            {"baik": 4, "butuh_perbaikan": 3, "kurang": 3},
            {("butuh_perbaikan", "kurang"): 2, ("baik", "kurang"): 1},
        ),
        # Sangat kurang: at least 60% of it, some kurang or butuh perbaikan, no sangat baik.
        (
            "sangat_kurang",
            {"sangat_baik": 1, "baik": 3, "sangat_kurang": 6},
            {("sangat_baik", "butuh_perbaikan"): 1},
        ),
    ],
)
def test_the_circular_is_met_with_the_fewest_changes(
    law: Distribution, curve: str, counts: dict[str, int], moves: dict[tuple[str, str], int]
) -> None:
    people = cohort(**counts)

    result = smallest_changes(law, curve, people, RANKS)

    fewest, ranks = by_counts(law, curve, people) if len(people) <= 10 else (sum(moves.values()), None)
    assert len(result.moves) == fewest
    assert ranks is None or result.ranks == ranks
    assert moved(result) == moves
    assert breaches(law, curve, result.counts) == ()
    assert bool(result.breached) == bool(moves)


def test_the_lowest_scores_go_down_and_the_highest_go_up(law: Distribution) -> None:
    result = smallest_changes(law, "baik", cohort(baik=10), RANKS)

    assert result.moves == (
        Move("baik-0000", "baik", "butuh_perbaikan", 1),
        Move("baik-0009", "baik", "sangat_baik", 1),
        Move("baik-0008", "baik", "sangat_baik", 1),
    )
    assert result.counts == {
        "sangat_baik": 2,
        "baik": 7,
        "butuh_perbaikan": 1,
        "kurang": 0,
        "sangat_kurang": 0,
    }


def test_of_equal_scores_the_smaller_id_moves_and_who_has_none_goes_down_first(law: Distribution) -> None:
    equal = [Person(id_, "sangat_baik", 100) for id_ in ("c", "a", "b")]
    unscored = [*equal[:2], Person("z", "sangat_baik", None)]

    assert [move.id for move in smallest_changes(law, "istimewa", equal, RANKS).moves] == ["a"]
    assert [move.id for move in smallest_changes(law, "istimewa", unscored, RANKS).moves] == ["z"]


def test_who_is_fixed_counts_and_is_not_moved(law: Distribution) -> None:
    best = [replace(one, fixed=True) for one in cohort(sangat_baik=8)]

    # At most 7 of 10 may be: the two that may move are no help, so nothing is.
    stuck = smallest_changes(law, "istimewa", [*best, *cohort(baik=2)], RANKS)
    assert (stuck.moves, [one.kind for one in stuck.contradiction]) == ((), ["max"])
    # With one that may, it is that one, though others have lower scores.
    one_free = [*best[:7], Person("z", "sangat_baik", 10**12), *cohort(baik=2)]
    assert [move.id for move in smallest_changes(law, "istimewa", one_free, RANKS).moves] == ["z"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=6), st.sampled_from(NAMES))
def test_with_some_fixed_it_is_the_best_of_all_that_leave_them(
    law: Distribution, people: list[tuple[str, bool]], predicate: str
) -> None:
    curve = {"sangat_baik": "istimewa"}.get(predicate, predicate)
    given_ = [Person(str(at), name, at, fixed) for at, (name, fixed) in enumerate(people)]

    result = smallest_changes(law, curve, given_, RANKS)

    free = [one for one in given_ if not one.fixed]
    ways = [
        sum(new != one.predicate for new, one in zip(way, free, strict=True))
        for way in product(NAMES, repeat=len(free))
        if not breaches(law, curve, Counter([*way, *(one.predicate for one in given_ if one.fixed)]))
    ]
    if ways:
        assert len(result.moves) == min(ways)
        assert not {move.id for move in result.moves} & {one.id for one in given_ if one.fixed}
    else:
        assert result.contradiction


def test_a_thousand_are_rebalanced_too(law: Distribution) -> None:
    result = smallest_changes(law, "kurang", cohort(sangat_baik=400, baik=500, kurang=100), RANKS)

    # 100 may stay very good; 600 are to be poor, 100 in need of improvement, and the rest stay good.
    assert breaches(law, "kurang", result.counts) == ()
    assert result.counts == {"sangat_baik": 100, "baik": 200, "butuh_perbaikan": 100, "kurang": 600, "sangat_kurang": 0}
    assert len(result.moves) == 600
    assert result.ranks == (300 * 5 + 300 * 4) - (500 * 2 + 100 * 3)


def test_what_is_kept_or_not_checked_needs_no_move(law: Distribution) -> None:
    people = cohort(sangat_baik=9)

    for rule in (replace(law, min_cohort=10), replace(law, mode="off")):
        result = smallest_changes(rule, "istimewa", people, RANKS)
        assert (result.breached, result.moves, not result.contradiction) == ((), (), True)
    assert smallest_changes(law, "istimewa", [], RANKS).moves == ()


@pytest.mark.parametrize("mode", ["advisory", "enforce"])
def test_an_advisory_curve_is_advised_on_like_an_enforced_one(law: Distribution, mode: str) -> None:
    rule = cast("Distribution", replace(law, mode=mode))

    result = smallest_changes(rule, "istimewa", cohort(sangat_baik=10), RANKS)

    assert (result.mode, moved(result)) == (mode, {("sangat_baik", "baik"): 3})


def test_limits_that_no_spread_can_meet_are_named(law: Distribution) -> None:
    # Of one person 60% rounds up to one, and 10% to one more.
    result = smallest_changes(law, "kurang", cohort(baik=1), RANKS)

    assert result.contradiction
    assert result.moves == ()
    assert result.contradiction == (Breach("min", ("kurang",), 1, 0), Breach("min", ("butuh_perbaikan",), 1, 0))
    none_at_all = a_rule(Curve(at_least_one_of=["baik"], none_of=["baik", "kurang"]))
    assert [one.kind for one in smallest_changes(none_at_all, "curve", cohort(baik=9), RANKS).contradiction] == [
        "some_of",
        "none_of",
    ]


def test_words_that_are_not_there_are_refused(law: Distribution) -> None:
    with pytest.raises(NoSuchCurve, match="did you mean 'istimewa'"):
        smallest_changes(law, "istimewah", cohort(baik=1), RANKS)
    with pytest.raises(NoSuchPredicate, match="p: no predicate 'baikk' - did you mean 'baik'"):
        smallest_changes(law, "istimewa", [Person("p", "baikk", None)], RANKS)


def test_shares_of_predicates_that_are_no_neighbours_hold_too() -> None:
    rule = a_rule(Curve(group_quotas={"ends": GroupQuota(of=["sangat_baik", "butuh_perbaikan"], max=Decimal(30))}))

    result = smallest_changes(rule, "curve", cohort(sangat_baik=400, butuh_perbaikan=600), RANKS)

    assert len(result.moves) == 700
    assert result.ranks == 700
    # All 700 could come from either side: rather those whom it raises.
    assert moved(result) == {("sangat_baik", "baik"): 100, ("butuh_perbaikan", "baik"): 600}


# Against every spread.


def spreads(people: int, predicates: int) -> Iterator[tuple[int, ...]]:
    if predicates == 1:
        yield (people,)
        return
    for here in range(people + 1):
        yield from ((here, *rest) for rest in spreads(people - here, predicates - 1))


def by_counts(rule: Distribution, curve: str, people: list[Person]) -> tuple[int, int] | tuple[None, None]:
    """Fewest people moved and fewest ranks crossed over every spread; whoever need not move stays."""
    now = Counter(one.predicate for one in people)
    best: tuple[int, int] | None = None
    for spread in spreads(len(people), len(NAMES)):
        after = dict(zip(NAMES, spread, strict=True))
        if not breaches(rule, curve, after):
            leave = sorted(RANKS[name] for name in NAMES for _ in range(max(now[name] - after[name], 0)))
            enter = sorted(RANKS[name] for name in NAMES for _ in range(max(after[name] - now[name], 0)))
            cost = (len(leave), sum(abs(a - b) for a, b in zip(leave, enter, strict=True)))
            best = cost if best is None else min(best, cost)
    return (None, None) if best is None else best


def by_people(rule: Distribution, people: list[Person]) -> tuple[int, int] | None:
    """The same over every predicate for every person."""
    best: tuple[int, int] | None = None
    for given_ in product(NAMES, repeat=len(people)):
        if not breaches(rule, "curve", Counter(given_)):
            apart = [abs(RANKS[one.predicate] - RANKS[name]) for one, name in zip(people, given_, strict=True)]
            cost = (sum(1 for n in apart if n), sum(apart))
            best = cost if best is None else min(best, cost)
    return best


@st.composite
def quotas(draw: st.DrawFn) -> dict[str, Decimal | None]:
    least, most = (None if n is None else Decimal(n) for n in (draw(SHARES), draw(SHARES)))
    return {"min": None if least is not None and most is not None and least > most else least, "max": most}


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    some = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
    groups = draw(st.lists(st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=4), max_size=2))
    return Curve(
        quotas={name: Quota(**draw(quotas())) for name in draw(some)},
        group_quotas={f"g{i}": GroupQuota(of=of, **draw(quotas())) for i, of in enumerate(groups)},
        at_least_one_of=draw(some),
        none_of=draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)),
    )


def some_people(most: int) -> st.SearchStrategy[list[Person]]:
    one = st.tuples(st.sampled_from(NAMES), st.integers(0, 3))
    return st.lists(one, min_size=1, max_size=most).map(
        lambda given_: [Person(f"p{i}", name, score) for i, (name, score) in enumerate(given_)]
    )


SEARCH = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(curves(), some_people(7), st.randoms(use_true_random=False))
@SEARCH
def test_no_spread_needs_fewer_people_or_ranks(curve: Curve, people: list[Person], chance: object) -> None:
    rule = a_rule(curve)

    result = smallest_changes(rule, "curve", people, RANKS)

    fewest, ranks = by_counts(rule, "curve", people)
    if fewest is None:
        assert result.contradiction
        assert result.moves == ()
        return
    assert (len(result.moves), result.ranks) == (fewest, ranks)
    now = {one.id: one.predicate for one in people}
    assert all(now[move.id] == move.before != move.after for move in result.moves)
    assert len({move.id for move in result.moves}) == len(result.moves)
    after = Counter((now | {move.id: move.after for move in result.moves}).values())
    assert {name: after[name] for name in NAMES} == result.counts
    assert breaches(rule, "curve", after) == ()
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert smallest_changes(rule, "curve", shuffled, RANKS) == result


@given(curves(), some_people(4))
@settings(SEARCH, max_examples=40)
def test_nor_does_any_choice_of_persons(curve: Curve, people: list[Person]) -> None:
    rule = a_rule(curve)

    result = smallest_changes(rule, "curve", people, RANKS)

    best = by_people(rule, people)
    assert ((len(result.moves), result.ranks) if not result.contradiction else None) == best


@given(curves(), some_people(5))
@settings(SEARCH, max_examples=40)
def test_a_contradiction_has_no_limit_to_spare(curve: Curve, people: list[Person]) -> None:
    rule = a_rule(curve)
    result = smallest_changes(rule, "curve", people, RANKS)

    def kept_by(spread: tuple[int, ...], limits: list[Breach]) -> bool:
        n = dict(zip(NAMES, spread, strict=True))
        found = [sum(n[name] for name in one.predicates) for one in limits]
        return all(
            f <= one.limit if one.kind in ("max", "none_of") else f >= one.limit
            for f, one in zip(found, limits, strict=True)
        )

    every = list(spreads(len(people), len(NAMES)))
    if result.contradiction:
        limits = list(result.contradiction)
        assert not any(kept_by(spread, limits) for spread in every)
        for spare in limits:
            assert any(kept_by(spread, [one for one in limits if one is not spare]) for spread in every)


def test_the_basic_directions_of_five_predicates_are_ninety() -> None:
    assert [len(directions(n)) for n in range(6)] == [0, 0, 2, 6, 18, 90]
    assert all(sum(way) == 0 for way in directions(5))
    assert {tuple(-d for d in way) for way in directions(5)} == set(directions(5))


# By hand, word for word.


def test_what_needs_no_move_is_told_whole(law: Distribution) -> None:
    counts = {"sangat_kurang": 0, "kurang": 0, "butuh_perbaikan": 0, "baik": 3, "sangat_baik": 7}

    assert smallest_changes(law, "istimewa", cohort(sangat_baik=7, baik=3), RANKS) == Rebalancing(
        "advisory", (), (), counts, ()
    )


def test_what_cannot_be_met_is_told_whole(law: Distribution) -> None:
    limits = (Breach("min", ("kurang",), 1, 0), Breach("min", ("butuh_perbaikan",), 1, 0))
    counts = {"sangat_kurang": 0, "kurang": 0, "butuh_perbaikan": 0, "baik": 1, "sangat_baik": 0}

    result = smallest_changes(law, "kurang", cohort(baik=1), RANKS)

    assert result == Rebalancing("advisory", limits, (), counts, limits)
    assert result.ranks == 0


def test_a_predicate_that_nobody_ranks_is_told_with_the_person(law: Distribution) -> None:
    people = [*cohort(baik=2), Person("p", "baikk", None), Person("q", "bagus", None)]

    with pytest.raises(NoSuchPredicate) as refused:
        smallest_changes(law, "istimewa", people, RANKS)
    assert str(refused.value) == "p: no predicate 'baikk' - did you mean 'baik'?"


def test_ranks_that_lie_apart_count_as_far_as_they_do() -> None:
    ranks = {"rendah": 1, "sedang": 4, "tinggi": 9}
    rule = a_rule(Curve(none_of=["sedang"]))

    result = smallest_changes(rule, "curve", [Person("a", "sedang", 1), Person("b", "rendah", 2)], ranks)

    assert result.moves == (Move("a", "sedang", "rendah", 3),)
    assert result.ranks == 3
    assert result.counts == {"rendah": 2, "sedang": 0, "tinggi": 0}


def test_of_ways_that_cost_the_same_the_higher_is_taken() -> None:
    ranks = {"rendah": 1, "sedang": 2, "tinggi": 3}
    rule = a_rule(Curve(none_of=["sedang"]))

    assert smallest_changes(rule, "curve", [Person("a", "sedang", 1)], ranks).moves == (
        Move("a", "sedang", "tinggi", 1),
    )


@pytest.mark.parametrize(
    ("curve", "people", "moves"),
    [
        (Curve(at_least_one_of=["b", "d"]), "ac", {("c", "d"): 1}),
        (Curve(at_least_one_of=["a", "c"]), "bd", {("b", "c"): 1}),
        (Curve(group_quotas={"g": GroupQuota(of=["a", "c"], max=Decimal(25))}), "aacb", {("a", "b"): 1, ("c", "d"): 1}),
    ],
)
def test_of_ways_that_raise_as_much_the_one_with_more_at_the_top_is_taken(
    curve: Curve, people: str, moves: dict[tuple[str, str], int]
) -> None:
    some = [Person(f"p{at}", name, at) for at, name in enumerate(people)]

    assert moved(smallest_changes(a_rule(curve), "curve", some, {"a": 1, "b": 2, "c": 3, "d": 4})) == moves


def test_a_limit_on_a_predicate_that_nobody_ranks_is_of_those_that_are_ranked() -> None:
    ranks = {"rendah": 1, "tinggi": 2}
    rule = a_rule(Curve(at_least_one_of=["lain", "rendah"]))

    assert moved(smallest_changes(rule, "curve", [Person("a", "tinggi", 1)], ranks)) == {("tinggi", "rendah"): 1}


def test_who_goes_down_and_who_goes_up_from_one_predicate() -> None:
    """Two down, by two and by one rank, one up: no score lies below 0, and 0 below 1; of equal scores by id."""
    ranks = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    shares = {name: Quota(min=Decimal(share), max=Decimal(share)) for name, share in (("a", 20), ("b", 20), ("e", 20))}
    rule = a_rule(Curve(quotas={**shares, "d": Quota(max=Decimal(0))}))
    scores = {"p5": 0, "p4": None, "p1": 7, "p2": 7, "p3": 1}

    result = smallest_changes(rule, "curve", [Person(id_, "c", score) for id_, score in scores.items()], ranks)

    assert result.moves == (
        Move("p4", "c", "a", 2),
        Move("p5", "c", "b", 1),
        Move("p1", "c", "e", 2),
    )


def test_where_there_is_one_predicate_nobody_can_move() -> None:
    rule = a_rule(Curve(quotas={"satu": Quota(max=Decimal(50))}))

    result = smallest_changes(rule, "curve", [Person("a", "satu", 1), Person("b", "satu", 2)], {"satu": 1})

    assert result.contradiction == (Breach("max", ("satu",), 1, 2),)
    assert (result.moves, result.counts) == ((), {"satu": 2})
