"""Panels, bands, the matrix and modifiers over columns, each beside the explaining engine on every small case there is;
and what the results of a city hold, array by array.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Any, Literal, TypeAlias

import pytest
from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Fact
from neraca.domain.facts import SANCTION
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.result import Block, EvaluationResult
from neraca.policy.engine.evaluation import evaluate as explained
from neraca.policy.engine.vectorised import EvaluationResults, Proof, evaluate, load
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST
from neraca.policy.numbers import Rounding

LABEL = {"id": "Contoh"}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3)),
    "same": model.Scale(min=Decimal(1), max=Decimal(3), step=Decimal("0.5")),
    "four": model.Scale(min=Decimal(1), max=Decimal(4)),
    "around": model.Scale(min=Decimal(-5), max=Decimal(5)),
}
RANKS = {"c": 1, "b": 2, "a": 3}


def plan_of(
    indicators: dict[str, model.Indicator],
    nodes: dict[str, model.Node] | None = None,
    rounding: Rounding = "half_up",
    places: int = 6,
    **more: Any,
) -> CompiledPolicy:
    """A policy whose score is the last node, or one of the first indicator alone."""
    made = nodes or {"node": model.Node(label=LABEL, of={next(iter(indicators)): Decimal(1)})}
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=places, rounding=rounding),
        scales=SCALES,
        predicates={name: model.Predicate(rank=rank, label=LABEL) for name, rank in RANKS.items()},
        indicators=indicators,
        nodes=made,
        **{"score": list(made)[-1], **more},
    )
    return compile_policy(policy, {}, "", "")


def index(fact: str, **more: Any) -> model.Indicator:
    return model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=fact), **more)


def same(plan: CompiledPolicy, cases: Sequence[Case]) -> EvaluationResults:
    """Both engines agree on every row, and none is left to Python ints."""
    found = evaluate(plan, load(cases))
    for row, case in enumerate(cases):
        assert found.result(row) == explained(plan, case), f"row {row}: {case}"
    assert found.exact == {}
    return found


# Panels.

Given: TypeAlias = Sequence[int | Decimal]
LISTS: tuple[Given, ...] = ([], [3], [1, 2], [3, 1, 1], [3, 1, 2, 3], [3, 2, 2, 1, 3], [Decimal("2.5")])
RULES = ("renormalise", "zero", "block", "reassign:atasan")


def rated(panel: model.Panel, scale: str = "three", rounding: Rounding = "half_up") -> CompiledPolicy:
    measure = model.Rated(panel="panel", scale=scale)
    return plan_of(
        {"x": model.Indicator(label=LABEL, unit="x", measure=measure)}, rounding=rounding, panels={"panel": panel}
    )


def group(weight: int = 50, **rules: Any) -> model.RaterGroup:
    return model.RaterGroup(weight=Decimal(weight), **rules)


def micro(ratings: Given) -> list[int]:
    return [int(one * MICRO) for one in ratings]


def by_two(first: str = "x", second: str = "x", lists: tuple[Given, ...] = LISTS) -> list[Case]:
    """Every list of one group beside every list of the other."""
    cases: list[Case] = []
    for mine, other in product(lists, lists):
        case = Case()
        for given, name, ratings in ((first, "atasan", mine), (second, "rekan", other)):
            case.ratings.setdefault(given, {})[name] = micro(ratings)
        cases.append(case)
    return cases


@pytest.mark.parametrize("trim", [0, 1, 2])
@pytest.mark.parametrize("aggregate", ["mean", "median"])
@pytest.mark.parametrize("scale", [None, "same", "four"])
def test_groups_are_heard_trimmed_and_mapped(aggregate: Any, trim: int, scale: str | None) -> None:
    for quorum, below in ((1, "treat_as_missing"), (2, "treat_as_missing"), (3, "use_anyway")):
        raters = {"atasan": group(60), "rekan": group(40, min=quorum, below_min=below, scale=scale)}
        panel = model.Panel(raters=raters, aggregate=aggregate, trim_each_end=trim)
        for rounding in ("half_up", "floor"):
            same(rated(panel, rounding=rounding), by_two())


@pytest.mark.parametrize("mine", RULES[:3])
@pytest.mark.parametrize("other", RULES)
def test_what_becomes_of_the_weight_of_a_silent_group(mine: Any, other: Any) -> None:
    for weights in ((60, 40), (0, 40), (60, 0), (0, 0)):
        raters = {"atasan": group(weights[0], missing=mine, min=2), "rekan": group(weights[1], missing=other)}
        plan = rated(model.Panel(raters=raters))
        same(plan, by_two())
        # Where all are heard, and where none is.
        same(plan, by_two(lists=([3, 1], [2, 2, 3])))
        same(plan, [Case(ratings={"x": {}}), Case(), Case(ratings={"*": {}})])


def test_a_weight_may_move_twice_and_to_a_group_that_is_silent_itself() -> None:
    raters = {
        "atasan": group(20, missing="reassign:rekan"),
        "rekan": group(30, missing="reassign:warga"),
        "warga": group(50),
    }
    plan = rated(model.Panel(raters=raters))
    cases = [
        Case(ratings={"x": {name: micro(one) for name, one in zip(raters, row, strict=True)}})
        for row in product(([], [3]), ([], [1]), ([], [2]))
    ]

    same(plan, cases)
    assert [sheet.score for sheet in evaluate(plan, load(cases))] == [
        # Nobody, warga, rekan, rekan (50) and warga (50), then with atasan: alone, (20) and warga (80), ...
        None, 2 * MICRO, MICRO, 1_500_000, 3 * MICRO, 2_200_000, 1_800_000, 1_900_000,
    ]  # fmt: skip


def test_ratings_by_name_and_ratings_for_all_side_by_side() -> None:
    raters = {"atasan": group(60), "rekan": group(40, min=2, missing="block")}
    ways = [by_two("x", "x"), by_two("*", "*"), by_two("x", "*"), by_two("*", "x")]
    forms: tuple[tuple[Literal["mean", "median"], int], ...] = (("mean", 0), ("mean", 1), ("median", 0))
    for aggregate, trim in forms:
        plan = rated(model.Panel(raters=raters, aggregate=aggregate, trim_each_end=trim))
        for cases in (*ways, [case for way in ways for case in way]):
            same(plan, cases)


def test_a_rating_off_the_scale_is_where_it_was_given() -> None:
    plan = rated(model.Panel(raters={"atasan": group(60), "rekan": group(40)}))
    for named, shared in (([1], [4]), ([4], [1]), ([4], [0]), ([1], [3])):
        cases = [Case(ratings={"x": {"atasan": micro(named)}}), Case(ratings={"*": {"atasan": micro(shared)}})]
        same(plan, cases)
        same(plan, [Case(ratings={"x": {"atasan": micro(named)}, "*": {"atasan": micro(shared)}}), *cases])
        same(plan, [Case(ratings={"x": {"atasan": micro(named)}, "*": {"atasan": micro(shared)}})])


def test_a_median_of_two_halves_rounds_as_the_policy_says() -> None:
    cases = [Case(ratings={"x": {"atasan": micro(one)}}) for one in ([-5, -4], [4, 5], [-1, 0], [-5, 5, 0])]
    for rounding in ("half_up", "half_even", "floor", "ceil"):
        own = model.Panel(raters={"atasan": group(100, scale="around")}, aggregate="median")
        same(rated(own, "three", rounding), cases)
        same(rated(model.Panel(raters={"atasan": group(100)}, aggregate="median"), "around", rounding), cases)


# Bands and conditions.

FACTS: tuple[Fact | None, ...] = (
    None, True, False, 0, MICRO, 2 * MICRO, 2 * MICRO - 1, 2 * MICRO + 1, -MICRO, "berat", "tidak_ada", "ringan", "ya",
)  # fmt: skip
WHOLE: tuple[Fact | None, ...] = (None, True, 0, MICRO, 2 * MICRO, 3 * MICRO, -MICRO, -2 * MICRO, "berat", "ya")
ASKED: tuple[dict[str, Any], ...] = (
    {}, {"equals": True}, {"equals": False}, {"equals": Decimal(2)}, {"equals": Decimal(1)}, {"equals": Decimal(0)},
    {"equals": Decimal("1.5")}, {"equals": Decimal(-1)}, {"equals": "berat"}, {"equals": "tidak_ada"},
    {"in_": ["berat", "ringan"]}, {"in_": ["tidak_ada"]}, {"in_": []}, {"at_least": Decimal(2)},
    {"at_least": Decimal("1.5")}, {"at_least": Decimal("-1.5")}, {"at_least": Decimal(0)},
    {"at_least": Decimal(1), "equals": Decimal(2)}, {"in_": ["berat"], "equals": "berat"},
    {"in_": ["ringan"], "equals": "berat"}, {"in_": ["berat"], "at_least": Decimal(0)},
)  # fmt: skip


@pytest.mark.parametrize("fact", ["f", SANCTION])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_condition_holds_for_a_column_as_for_a_case(fact: str, asked: dict[str, Any]) -> None:
    when = model.Condition(fact=fact, **asked)
    bands = {"a": model.Band(from_=Decimal(50), requires=[when]), "c": model.Band(from_="min")}
    banded = {
        "classify": {"one": model.Bands(node="node", bands=bands)},
        "outcome": "one",
        "modifiers": {"m": model.Modifier(when=when, then=model.Then(min_predicate="b"))},
    }
    plan = plan_of({"x": index("x")}, **banded)

    def cases(several: tuple[Fact | None, ...]) -> list[Case]:
        return [
            Case(facts={"x": x} if one is None else {"x": x, fact: one})
            for one in several
            for x in (50 * MICRO, 49 * MICRO)
        ]

    same(plan, cases(FACTS))
    same(plan, cases((None, None)))
    # A number beyond int64 beside whole ones: the column is kept by the million.
    wide = cases(WHOLE)
    found = evaluate(plan, load([*wide, Case(facts={"x": 0, fact: 10**30})]))
    assert [found.result(row) for row in range(len(wide))] == [explained(plan, case) for case in wide]
    assert set(found.exact) <= {len(wide)}
    assert found.result(len(wide)) == explained(plan, Case(facts={"x": 0, fact: 10**30}))


def test_bands_are_read_from_the_top_and_some_take_nobody() -> None:
    cases = [Case(facts={} if x is None else {"x": x}) for x in (None, "kata", 9, 10, 11, 49, 50, 51, -1, 0)]
    cases = [
        Case(facts={name: fact * MICRO if isinstance(fact, int) else fact for name, fact in case.facts.items()})
        for case in cases
    ]
    flags = [Case(facts={**case.facts, "f": True}) for case in cases]
    for bands in (
        {"a": model.Band(from_=Decimal(50)), "b": model.Band(from_=Decimal(10)), "c": model.Band(from_="min")},
        {"a": model.Band(from_=Decimal(50)), "b": model.Band(from_=Decimal(10))},
        {"a": model.Band(from_=Decimal(10)), "b": model.Band(from_=Decimal(50)), "c": model.Band(from_=Decimal(0))},
        {"a": model.Band(from_=Decimal(10), requires=[model.Condition(fact="f")]), "b": model.Band(from_=Decimal(9))},
        {"a": model.Band(from_="min", requires=[model.Condition(fact="f"), model.Condition(fact="g")])},
    ):
        plan = plan_of(
            {"x": index("x")}, classify={"one": model.Bands(node="node", bands=bands)}, outcome="one", score=None
        )
        same(plan, [*cases, *flags])
        same(plan, cases[:1])


# The matrix.


def matrix(*missing: tuple[str, str], outcome: str | None = "predicate", **more: Any) -> CompiledPolicy:
    bands = {"a": model.Band(from_=Decimal(50)), "c": model.Band(from_=Decimal(0))}
    table = {row: {col: "abc"[(r + c) % 3] for c, col in enumerate("ac")} for r, row in enumerate("ac")}
    for row, col in missing:
        del table[row][col]
    return plan_of(
        {"x": index("x"), "y": index("y")},
        {"nx": model.Node(label=LABEL, of={"x": Decimal(1)}), "ny": model.Node(label=LABEL, of={"y": Decimal(1)})},
        classify={
            "predicate": model.Matrix(rows="one", cols="two", table=table),
            "one": model.Bands(node="nx", bands=bands),
            "two": model.Bands(node="ny", bands=bands),
        },
        outcome=outcome,
        **{"score": None, **more},
    )


VALUES: tuple[Fact | None, ...] = (60 * MICRO, 40 * MICRO, -MICRO, None, "kata")
CROSSED = [
    Case(facts={name: fact for name, fact in (("x", x), ("y", y)) if fact is not None})
    for x, y in product(VALUES, VALUES)
]


@pytest.mark.parametrize(
    "missing",
    [(), (("a", "a"),), (("a", "c"),), (("c", "c"), ("a", "c")), (("a", "a"), ("a", "c"), ("c", "a"), ("c", "c"))],
)
@pytest.mark.parametrize("outcome", ["predicate", "one", None])
def test_a_matrix_has_a_cell_or_says_which_is_not_there(
    missing: tuple[tuple[str, str], ...], outcome: str | None
) -> None:
    for score in (None, "ny"):
        same(matrix(*missing, outcome=outcome, score=score), CROSSED)


# Modifiers.

BOUNDS = (None, "a", "b", "c")


def test_modifiers_lift_and_then_hold_down() -> None:
    cases = [
        Case(facts={"x": x * MICRO, **{name: True for name, on in zip("fg", flags, strict=True) if on}})
        for x in (60, 40, 5)
        for flags in product((True, False), repeat=2)
    ]
    bands = {
        "a": model.Band(from_=Decimal(50)),
        "b": model.Band(from_=Decimal(30)),
        "c": model.Band(from_="min"),
    }
    for low, high, other_low, other_high in product(BOUNDS, repeat=4):
        thens = {
            "f": model.Then(min_predicate=low, max_predicate=high),
            "g": model.Then(min_predicate=other_low, max_predicate=other_high),
        }
        modifiers = {
            f"m{fact}": model.Modifier(when=model.Condition(fact=fact), then=then) for fact, then in thens.items()
        }
        plan = plan_of(
            {"x": index("x")},
            classify={"one": model.Bands(node="node", bands=bands)},
            outcome="one",
            modifiers=modifiers,
        )
        same(plan, cases)


def replaced(by: str, cells: str) -> model.Then:
    return model.Then(replace=model.Replacement(by=by, predicates=dict(zip("ac", cells, strict=True))))


@pytest.mark.parametrize("by", ["one", "two"])
@pytest.mark.parametrize("score", [None, "nx", "ny"])
def test_one_classifier_alone_decides_where_a_fact_is_so(by: str, score: str | None) -> None:
    """Whatever the other lacks or is stopped by, beside those of whom the fact is not so."""
    cases = [*CROSSED, *(Case(facts={**case.facts, "f": True}) for case in CROSSED)]
    bound = model.Modifier(when=model.Condition(fact="f"), then=model.Then(max_predicate="b"))
    for cells in ("bc", "ca", "bb"):
        alone = model.Modifier(when=model.Condition(fact="f"), then=replaced(by, cells))
        for modifiers in ({"m": alone}, {"bound": bound, "m": alone}):
            for missing in ((), (("a", "c"), ("c", "a"))):
                plan = matrix(*missing, score=score, modifiers=modifiers)
                same(plan, cases)
                same(plan, CROSSED)
                same(plan, cases[len(CROSSED) :])


def test_a_modifier_that_replaces_changes_nothing_where_there_is_no_outcome() -> None:
    alone = model.Modifier(when=model.Condition(fact="f"), then=replaced("one", "bc"))

    same(matrix(outcome=None, modifiers={"m": alone}), [Case(facts={**case.facts, "f": True}) for case in CROSSED])


@pytest.mark.parametrize("beyond", [Decimal(10**16), -Decimal(10**16)])
def test_a_replacement_asked_of_a_number_beyond_int64_leaves_every_row(beyond: Decimal) -> None:
    when = model.Condition(fact="x", at_least=beyond)
    plan = matrix(modifiers={"m": model.Modifier(when=when, then=replaced("two", "cb"))})
    found = evaluate(plan, load(CROSSED))

    assert list(found) == [explained(plan, case) for case in CROSSED]
    assert sorted(found.exact) == list(range(len(CROSSED)))


# What the results hold.


def told(value: object) -> Any:
    """Arrays as lists, structs as dicts, but for sheets, proofs and reasons."""
    if isinstance(value, EvaluationResult | Proof | Block):
        return value
    if isinstance(value, Struct):
        return {name: told(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {name: told(part) for name, part in value.items()}
    return value.tolist() if hasattr(value, "tolist") else value  # type: ignore[union-attr]


def test_the_results_of_a_few_people() -> None:
    """A final row, a blocked one, one without a value, and two that Python ints judged: one final, one blocked."""
    wide = 10**17 * MICRO + 1
    plan = plan_of(
        {"x": index("x"), "y": index("y")},
        {"nx": model.Node(label=LABEL, of={"x": Decimal(1)}), "ny": model.Node(label=LABEL, of={"y": Decimal(1)})},
        places=2,
        classify={
            "outer": model.Bands(node="nx", bands={"a": model.Band(from_=Decimal(50)), "c": model.Band(from_="min")}),
            "side": model.Bands(node="ny", bands={"up": model.Band(from_=Decimal(1)), "down": model.Band(from_="min")}),
        },
        outcome="outer",
        modifiers={"m": model.Modifier(when=model.Condition(fact="f"), then=model.Then(max_predicate="b"))},
    )  # fmt: skip
    cases = [
        Case(facts={"x": 60 * MICRO, "y": 2_345_678, "f": True}),
        Case(facts={"x": 40 * MICRO, "y": 999_999}),
        Case(facts={"x": "kata", "y": MICRO}),
        Case(facts={"y": MICRO}),
        Case(facts={"x": wide, "y": 5}),
        Case(facts={"x": -wide, "y": "kata"}),
        Case(facts={"x": 60 * MICRO}),
    ]
    found = evaluate(plan, load(cases))

    assert [found.result(row) for row in range(7)] == [explained(plan, case) for case in cases] == list(found)
    assert len(found) == 7
    assert found.blocked.tolist() == [False, False, True, True, False, True, True]
    no_word, no_other = (Block(f"facts/{fact}", f"facts/{fact}: 'kata' is not a number") for fact in "xy")
    no_x = Block("classify/outer", "classify/outer: nx is missing, so no band can be read")
    no_y = Block("classify/side", "classify/side: ny is missing, so no band can be read")
    assert [found.reasons[why - 1] if why else None for why in found.why.tolist()] == [
        None, None, no_word, no_x, None, no_other, no_y,
    ]  # fmt: skip
    assert told(found.score) == {
        "x": [2_350_000, MICRO, 0, 0, 0, 0, 0],
        "there": [True, True, False, False, True, False, False],
    }
    assert told(found.predicate) == {"code": [1, 0, -1, -1, 2, -1, -1], "words": ("c", "b", "a")}
    assert told(found.levels) == {
        "outer": {"code": [0, 1, -1, -1, 0, -1, -1], "words": ("a", "c")},
        "side": {"code": [0, 0, 0, 0, 1, -1, -1], "words": ("up", "down")},
    }
    assert told(found.nodes["x"]) == {
        "x": [60 * MICRO, 40 * MICRO, 0, 0, INT64, -INT64, 60 * MICRO],
        "there": [True, True, False, False, True, True, True],
    }
    assert told(found.nodes["y"]) == {
        "x": [2_350_000, MICRO, MICRO, MICRO, 0, 0, 0],
        "there": [True, True, True, True, True, False, False],
    }
    assert sorted(found.exact) == [4, 5]
    assert (found.size, found.names, found.places, found.outcome) == (7, ("x", "y", "nx", "ny"), 2, "outer")
    assert found.proof == (
        Proof("indicators/x", "python ints", "rows with a number too large for int64", MOST, 2),
        Proof("indicators/y", "int64", "every number of these data fits", MOST),
        Proof("nodes/nx", "int64", "every number of these data fits", INT64 // MICRO),
        Proof("nodes/ny", "int64", "every number of these data fits", INT64 // MICRO),
    )


def test_results_without_a_score_or_an_outcome() -> None:
    plan = plan_of({"x": index("x")}, score=None)
    found = evaluate(plan, load([Case(facts={"x": MICRO}), Case()]))

    assert (found.score, found.levels, found.outcome) == (None, {}, None)
    assert told(found.predicate) == {"code": [-1, -1], "words": ("c", "b", "a")}
    assert [sheet.status for sheet in found] == ["final", "final"]


def test_a_matrix_of_a_word_that_only_python_ints_came_to() -> None:
    """A band of the row is beyond int64, so no column knows the words; each comes with the row that has it."""
    bands = {"a": model.Band(from_=Decimal(10**16)), "c": model.Band(from_="min")}
    table = {row: {col: col if row == "a" else "b" for col in "ac"} for row in "ac"}
    plan = plan_of(
        {"x": index("x")},
        classify={
            "predicate": model.Matrix(rows="one", cols="one", table=table),
            "one": model.Bands(node="node", bands=bands),
        },
        outcome="predicate",
    )
    cases = [Case(facts={"x": x}) for x in (10**22, 10**22 - 1, MICRO)] + [Case()]
    found = evaluate(plan, load(cases))

    assert list(found) == [explained(plan, case) for case in cases]
    assert sorted(found.exact) == [0, 1, 2, 3]
    assert told(found.levels["one"]) == {"code": [0, 1, 1, -1], "words": ("a", "c")}
    assert told(found.predicate)["words"][:3] == ("c", "b", "a")
    assert [found.predicate.at(row) for row in range(4)] == ["a", "b", "b", None]
    assert [one for one in found.proof if one.path.startswith("classify")] == [
        Proof("classify/one", "python ints", "rows with a number too large for int64", None, 2)
    ]


def test_a_block_beside_the_outcome_takes_its_level_away() -> None:
    """y has nothing to do with the outcome, yet it blocks the whole: no level of the outcome is told."""
    plan = plan_of(
        {"x": index("x"), "y": index("y")},
        {"node": model.Node(label=LABEL, of={"x": Decimal(1)})},
        classify={"one": model.Bands(node="node", bands={"a": model.Band(from_="min")})},
        outcome="one",
    )
    found = same(plan, [Case(facts={"x": MICRO, "y": "kata"}), Case(facts={"x": MICRO, "y": 0})])

    assert told(found.levels["one"]) == {"code": [-1, 0], "words": ("a",)}
    assert told(found.predicate) == {"code": [-1, 2], "words": ("c", "b", "a")}


@pytest.mark.parametrize("low", [-5, 1])
def test_a_row_of_python_ints_is_blocked_or_final_as_they_say(low: int) -> None:
    """In the columns it stands as 0, which a band from -5 takes and one from 1 does not."""
    bands = {"a": model.Band(from_=Decimal(low))}
    plan = plan_of({"x": index("x")}, classify={"one": model.Bands(node="node", bands=bands)}, outcome="one")
    found = evaluate(plan, load([Case(facts={"x": x}) for x in (-(10**30), 10**30)]))

    assert [sheet.status for sheet in found] == ["blocked", "final"]
    assert found.blocked.tolist() == [True, False]
    assert found.score is not None
    assert found.score.there.tolist() == [False, True]
    assert told(found.predicate)["code"] == [-1, 2]
    assert told(found.levels["one"])["code"] == [-1, 0]


def test_a_fact_beyond_int64_is_told_of_where_it_was_asked_for() -> None:
    when = model.Condition(fact="f", at_least=Decimal(2))
    bands = {"a": model.Band(from_=Decimal(1), requires=[when]), "c": model.Band(from_="min")}
    plan = plan_of(
        {"x": index("x")},
        classify={"one": model.Bands(node="node", bands=bands)},
        outcome="one",
        modifiers={"m": model.Modifier(when=replace(when, fact="g"), then=model.Then(max_predicate="c"))},
    )
    cases = [
        Case(facts={"x": 2 * MICRO, "f": f, "g": g}) for f, g in ((10**30 + 1, 5), (5, 10**30 + 1), (5, -(10**30) + 1))
    ]
    found = evaluate(plan, load(cases))

    assert list(found) == [explained(plan, case) for case in cases]
    assert [(one.path, one.rows) for one in found.proof if one.rows] == [("classify/one", 1), ("modifiers/m", 2)]


@pytest.mark.parametrize("beyond", [Decimal(10**16), -Decimal(10**16)])
def test_a_modifier_beyond_int64_leaves_every_row(beyond: Decimal) -> None:
    when = model.Condition(fact="f", at_least=beyond)
    plan = plan_of(
        {"x": index("x")},
        classify={"one": model.Bands(node="node", bands={"a": model.Band(from_="min")})},
        outcome="one",
        modifiers={"m": model.Modifier(when=when, then=model.Then(max_predicate="c"))},
    )
    cases = [Case(facts={"x": MICRO, "f": f * MICRO}) for f in (10**16, 10**16 - 1, -(10**16), -(10**16) - 1)]
    found = evaluate(plan, load(cases))

    assert list(found) == [explained(plan, case) for case in cases]
    assert sorted(found.exact) == [0, 1, 2, 3]
    assert found.proof[-1] == Proof("modifiers", "python ints", "rows with a number too large for int64", None, 4)
