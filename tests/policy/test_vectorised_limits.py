"""How far int64 serves in each measure, combiner and panel, to the last millionth: the row at a limit stays in the
columns, the row beyond it goes to Python ints, and both engines say the same of either.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.domain.facts import SANCTION
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.methods.index import IndexStep
from neraca.policy.engine.evaluation import evaluate as explained
from neraca.policy.engine.vectorised import Proof, evaluate, load, proof
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST, PERCENT
from neraca.policy.engine.vectorised.measures import KERNELS
from neraca.policy.numbers import Rounding, text

LABEL = {"id": "Contoh"}
TINY = Decimal("0.000001")
"""One in micro: a factor of it is no factor."""


def decimal(value: int) -> Decimal:
    return Decimal(value).scaleb(-6)


def indicator(measure: model.Measure, **more: Any) -> model.Indicator:
    return model.Indicator(**{"label": LABEL, "unit": "x", "measure": measure, **more})


def plan_of(
    indicators: dict[str, model.Indicator],
    *nodes: model.Node,
    rounding: Rounding = "half_up",
    places: int = 6,
    **more: Any,
) -> CompiledPolicy:
    """A policy of these nodes, of which the last is the score: `inner`, if there are two, and `node`."""
    made = nodes or (model.Node(label=LABEL, of=dict.fromkeys(indicators, TINY), combine="max"),)
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=places, rounding=rounding),
        indicators=indicators,
        nodes=dict(zip(("inner", "node")[-len(made) :], made, strict=True)),
        score="node",
        **more,
    )
    return compile_policy(policy, {}, "", "")


def alone(measure: model.Measure, **more: Any) -> CompiledPolicy:
    cap = more.pop("cap", model.Cap())
    return plan_of({"x": indicator(measure, cap=cap)}, **more)


def left(plan: CompiledPolicy, cases: Sequence[Case]) -> list[int]:
    """The rows that were left to Python ints. Both engines agree on every row."""
    found = evaluate(plan, load(cases))
    for row, case in enumerate(cases):
        assert found.result(row) == explained(plan, case), f"row {row}"
        assert list(found.result(row).nodes) == list(plan.names)
    return sorted(found.exact)


def by_facts(plan: CompiledPolicy, *rows: dict[str, int]) -> list[int]:
    return left(plan, [Case(facts={**row}) for row in rows])


def scored(plan: CompiledPolicy, *cases: Case) -> list[int | None]:
    return [sheet.score for sheet in evaluate(plan, load(cases))]


# Facts of any size.


def test_a_column_of_single_millionths_holds_up_to_2_to_the_62() -> None:
    plan = alone(model.Index(fact="f"))

    assert by_facts(plan, {"f": MOST}, {"f": -MOST}, {"f": 1}) == []
    assert by_facts(plan, {"f": MOST + 1}, {"f": -MOST - 1}, {"f": 1}, {}) == [0, 1]


def test_a_column_of_whole_numbers_is_brought_back_to_millionths_where_it_fits() -> None:
    plan = alone(model.Index(fact="f"))
    most = MOST // MICRO * MICRO

    assert by_facts(plan, {"f": most}, {"f": -most}, {"f": 10**30}, {"f": 0}) == [2]
    assert by_facts(plan, {"f": most + MICRO}, {"f": -most - MICRO}, {"f": MICRO}) == [0, 1]


# Ratios and inverses.

LIMIT = INT64 // PERCENT


@pytest.mark.parametrize("rounding", ["half_up", "half_even", "floor", "ceil"])
def test_a_ratio_is_divided_short_long_or_by_python(rounding: Rounding) -> None:
    plan = alone(model.Ratio(actual="a", target="t"), rounding=rounding)
    rows = [
        {"a": LIMIT, "t": 7}, {"a": LIMIT + 1, "t": 7}, {"a": -LIMIT - 1, "t": 7}, {"a": LIMIT + 1, "t": -7},
        {"a": MOST, "t": INT64 // 10}, {"a": (LIMIT - 1) * 3 + 2, "t": 3}, {"a": 0, "t": MOST},
        # No room for one digit more, and a quotient that does not fit.
        {"a": MOST - 1, "t": INT64 // 10 + 1}, {"a": LIMIT * 3 + 1, "t": 3},
    ]  # fmt: skip

    assert by_facts(plan, *rows) == [7, 8]
    assert by_facts(plan, *rows[:7]) == []


@pytest.mark.parametrize(
    ("target", "actual", "gone"),
    [
        (MOST // 2, MOST // 2, False),
        (MOST // 2 + 1, MOST // 2 + 1, True),
        (MOST // 2, -(MOST // 2), False),
        (MOST // 2, -(MOST // 2) - 1, True),
        (-(MOST // 2), MOST // 2, False),
        (-(MOST // 2) - 1, -(MOST // 2) - 1, True),
        (5, MOST // 2, False),
        (5, MOST // 2 + 1, True),
        (MOST, 0, True),
        (-MOST, 0, True),
        (MOST // 2, 0, False),
    ],
)
def test_twice_a_target_less_an_actual_fits_to_half_of_what_a_column_holds(
    target: int, actual: int, gone: bool
) -> None:
    rows = [{"a": 5, "t": 7}, {"a": actual, "t": target}, {"a": 30, "t": 14}]

    assert by_facts(alone(model.Inverse(form="linear", actual="a", target="t")), *rows) == [1] * gone
    items = [Case(items={"s": [Item(row["t"], row["a"], polarity="min"), Item(7, 7)]}) for row in rows]
    assert left(alone(model.Items(source="s", item="ratio")), items) == [1] * gone


def test_a_target_by_another_unit_is_brought_to_the_finer_one() -> None:
    """Beside a number that does not fit, a column is kept by the million; the other is not."""
    most = MOST // MICRO
    wide, fine = 10**30, 3_500_001
    for form in ("a", "t"):
        other = "t" if form == "a" else "a"
        rows = [
            {form: wide, other: fine},
            {form: most * MICRO, other: most * MICRO},
            {form: (most + 1) * MICRO, other: most * MICRO},
            {form: 7 * MICRO, other: fine},
            {form: -most * MICRO, other: -most * MICRO},
        ]
        for measure in (
            model.Ratio(actual="a", target="t"),
            model.Inverse(form="reciprocal", actual="a", target="t"),
        ):
            assert by_facts(alone(measure, cap=model.Cap(max=Decimal(200))), *rows) == [0, 2]


@pytest.mark.parametrize("target", [Decimal(3), Decimal("3.5"), Decimal("0.000001"), Decimal(-3), Decimal("-3.5")])
@pytest.mark.parametrize("kind", ["ratio", "linear", "reciprocal"])
def test_a_target_of_the_policy_is_taken_in_the_unit_of_its_column(target: Decimal, kind: Any) -> None:
    measure = (
        model.Ratio(actual="a", target=target)
        if kind == "ratio"
        else model.Inverse(form=kind, actual="a", target=target)
    )
    plan = alone(measure, cap=model.Cap(max=Decimal(10**6)))

    assert by_facts(plan, *({"a": MICRO * a} for a in (1, 3, 7, -7, 0)), {"a": 10**30}) == [5]
    assert by_facts(plan, *({"a": a} for a in (1, 3, 7, -7, 0, 3_500_000)), {}) == []


@pytest.mark.parametrize("best", [None, Decimal(150), Decimal(0), Decimal(-3)])
def test_what_a_reciprocal_of_nothing_is_worth(best: Decimal | None) -> None:
    plan = alone(model.Inverse(form="reciprocal", actual="a", target="t"), cap=model.Cap(max=best))
    rows = [{"a": a, "t": t} for a in (0, 5, -5) for t in (0, 4, -4)]

    assert by_facts(plan, *rows, {"a": 0}, {"t": 4}, {"t": 0}, {}) == []
    assert by_facts(plan, {"a": 5, "t": 4}, {"a": 0}) == []


def test_a_divisor_of_a_millionth_below_zero() -> None:
    for measure in (
        model.Ratio(actual="a", target="t"),
        model.Inverse(form="linear", actual="a", target="t"),
        model.Inverse(form="reciprocal", actual="t", target="a"),
    ):
        assert by_facts(alone(measure), {"a": 5, "t": -1}, {"a": 3, "t": 7}) == []
        assert by_facts(alone(measure), {"a": -5, "t": 1}, {"a": 3, "t": -1}, {"a": 0, "t": -1}) == []
        assert by_facts(alone(measure), {"t": -1}, {"a": 3}, {}) == []


# Bands.


def test_a_band_is_reached_at_its_edge_in_any_unit() -> None:
    def banded(*froms: str) -> CompiledPolicy:
        bands = [
            model.ScoreBand(from_="min" if one == "min" else Decimal(one), score=Decimal(at))
            for at, one in enumerate(froms, 1)
        ]
        return alone(model.Banded(fact="f", bands=bands))

    fine = [{"f": f} for f in (2_500_000, 2_499_999, 1_000_000, 999_999, 0, -1, -3_000_000, -3_000_001)]
    whole = [{"f": f * MICRO} for f in (3, 2, 1, 0, -2, -3, -4)]
    for plan in (banded("2.5", "1", "min"), banded("2.5", "-3"), banded("-2.5"), banded("min")):
        assert by_facts(plan, *fine, {}) == []
        assert by_facts(plan, *whole, {"f": 10**30}, {}) == [len(whole)]


def test_a_band_that_none_reaches_down_to_blocks_the_lowest_number_there_is() -> None:
    bands = [model.ScoreBand(from_=decimal(-MOST), score=Decimal(1))]
    plan = alone(model.Banded(fact="f", bands=bands))

    assert by_facts(plan, {"f": -MOST}, {"f": 0}, {"f": -MOST - 1}) == [2]
    assert by_facts(plan, {"f": -5}, {}) == []
    lower = alone(model.Banded(fact="f", bands=[model.ScoreBand(from_=decimal(-(10**13)), score=Decimal(1))]))
    assert by_facts(lower, {"f": -(10**13)}, {"f": -(10**13) - 1}, {}) == []
    assert scored(lower, Case(facts={"f": -(10**13)}), Case(facts={"f": -(10**13) - 1})) == [MICRO, None]


# Surveys.


def answered(*rows: tuple[int, ...], n: int = 1) -> list[Case]:
    return [
        Case(surveys={"s": {name: SurveyElement(total, n) for name, total in zip("uv", row, strict=False)}})
        for row in rows
    ]


def survey(factor: Decimal, elements: str = "uv", least: int = 1) -> CompiledPolicy:
    return alone(
        model.SurveyIndex(survey="s", elements=list(elements), factor=factor, min_respondents=least),
        cap=model.Cap(max=decimal(MOST)),
    )


def test_the_means_of_a_survey_add_up_as_far_as_a_column_holds() -> None:
    half = MOST // 2

    assert left(survey(TINY), answered((half, half), (-half, -half), (half + 1, 0), (0, -half - 1), (1, 1))) == [2, 3]


def test_a_sum_of_means_times_the_factor_fits() -> None:
    most = INT64 // (25 * MICRO)
    rows = answered((most, 0), (most + 1, 0), (most // 2, most - most // 2), (-most, 0), (-most, -1), (1, 2))

    assert left(survey(Decimal(25)), rows) == [1, 4]


def test_a_survey_is_there_where_enough_answered_each_element() -> None:
    plan = survey(Decimal(25), least=3)
    elements = [
        {"u": SurveyElement(10 * MICRO, u), "v": SurveyElement(9 * MICRO, v)}
        for u, v in ((3, 3), (2, 3), (3, 2), (4, 3), (0, 3), (3, -1))
    ]
    cases = [Case(surveys={"s": one}) for one in elements]
    cases += [Case(surveys={"s": {"u": SurveyElement(10 * MICRO, 3)}}), Case(surveys={"s": {}}), Case()]

    assert left(plan, cases) == []
    assert scored(plan, *cases) == [79_166_663, None, None, 68_750_000, None, None, None, None, None]
    assert left(plan, cases[-2:]) == []
    assert left(plan, [Case(surveys={"s": {"u": SurveyElement(10 * MICRO, 3)}})]) == []


def test_a_sum_of_answers_by_another_unit_is_brought_to_millionths() -> None:
    most = MOST // MICRO
    rows = [(10**30, MICRO), (most * MICRO, 0), ((most + 1) * MICRO, 0), (3 * MICRO, 2 * MICRO)]

    assert left(survey(TINY, elements="u"), answered(*rows)) == [0, 2]


# Deductions.


def test_a_count_times_its_points_fits_and_so_does_what_is_left() -> None:
    def deduction(start: int, *points: Decimal) -> CompiledPolicy:
        events = {name: model.CountedEvent(fact=name, points=one) for name, one in zip("ab", points, strict=False)}
        return alone(model.Deduction(start=decimal(start), events=events))

    most = MOST // (5 * MICRO)
    rows = [{"a": most}, {"a": most + 1}, {"a": -most}, {"a": -most - 1}]
    assert by_facts(deduction(100 * MICRO, Decimal(5)), *rows) == [1, 3]
    assert by_facts(deduction(100, Decimal(-5)), {"a": most}, {"a": most + 1}, {"a": -most}) == [1]
    assert by_facts(deduction(MOST, Decimal(1)), {"a": 0}, {"a": 1}, {"a": -1}, {"a": MOST // MICRO}) == [2]
    assert by_facts(deduction(-MOST, Decimal(1)), {"a": 0}, {"a": -1}, {"a": 1}, {"a": -2}) == [2]
    # Two events, each with its own limit; one of them is missing.
    two = deduction(100 * MICRO, Decimal(5), Decimal("0.3"))
    other = MOST // 300_000
    assert by_facts(
        two, {"a": most, "b": other}, {"a": 0, "b": other + 1}, {"a": most + 1, "b": 0}, {"a": 1}, {"b": 1}, {}
    ) == [1, 2]
    assert by_facts(deduction(7, Decimal(0)), {"a": MOST}, {"a": 5}) == []


# Items.


def listed(*rows: Sequence[tuple[Any, ...]]) -> list[Case]:
    """Lists of target, actual, weight, and whether less is better."""
    return [
        Case(items={"s": [Item(t, a, None, w, "min" if less else "max") for t, a, w, *less in row]}) for row in rows
    ]


EQUAL = alone(model.Items(source="s", item="ratio"))
WEIGHED = alone(model.Items(source="s", item="ratio", weights="declared"))


def test_equal_items_add_up_as_far_as_int64_holds() -> None:
    """Of the longest list there are three, so each may come to a third of it."""
    third = INT64 // 3
    # 100 x a / b: with b of 10^8 each item is its actual.
    unit = PERCENT
    rows = listed(
        [(unit, third, None)] * 3,
        [(unit, third + 1, None)],
        [(unit, -third, None)] * 2,
        [(unit, -third - 1, None), (unit, 0, None)],
        [(unit, 5, None)],
    )

    assert left(EQUAL, rows) == [1, 3]


def test_weighed_items_add_up_as_far_as_int64_holds() -> None:
    heaviest = 9_000 * MICRO
    most = INT64 // (2 * heaviest)
    rows = listed(
        [(PERCENT, most, heaviest), (PERCENT, most, heaviest)],
        [(PERCENT, most + 1, 1)],
        [(PERCENT, -most - 1, 1)],
        [(PERCENT, 7, 3 * MICRO), (PERCENT, 9, 1)],
    )

    assert left(WEIGHED, rows) == [1, 2]


@pytest.mark.parametrize(("large", "gone"), [(10_000 * MICRO, [0]), (10_000 * MICRO + 1, [1])])
def test_beside_an_extraordinary_weight_it_is_that_row_which_is_left(large: int, gone: list[int]) -> None:
    """Of two items at a weight of 10,000 neither value may be more than 461.168601; a greater weight gives way."""
    beyond = INT64 // (2 * 10_000 * MICRO) + 1
    rows = listed(
        [(PERCENT, beyond, MICRO), (PERCENT, 7, MICRO)], [(PERCENT, 5, large), (PERCENT, 6, 1)], [(PERCENT, 4, 3)]
    )

    assert left(WEIGHED, rows) == gone


def test_a_weight_is_extraordinary_only_where_sums_would_not_fit() -> None:
    heavy = 20_000 * MICRO
    assert left(WEIGHED, listed([(10, 5, heavy), (10, 10, 2 * heavy)], [(10, 7, MICRO)])) == []
    assert scored(WEIGHED, *listed([(10, 5, heavy), (10, 10, 2 * heavy)])) == [83_333_333]
    # Seven items fill int64 to its last.
    weight, value = 60_247_241_209, 21_870_289
    assert 7 * weight * value == INT64
    assert left(WEIGHED, listed([(PERCENT, value, weight)] * 7, [(PERCENT, -value, 1)])) == []
    assert left(WEIGHED, listed([(PERCENT, value, weight)] * 7, [(PERCENT, value + 1, 1)])) == [0]
    assert left(WEIGHED, listed([(PERCENT, value, weight)] * 7, [(PERCENT, 5, weight + 1)])) == [0, 1]


def test_weights_by_the_million_are_brought_back_where_they_fit() -> None:
    most = MOST // MICRO
    rows = listed(
        [(10, 10, 10**30)],
        [(10, 0, most * MICRO)],
        [(10, 0, (most + 1) * MICRO)],
        [(10, 5, 3 * MICRO), (10, 10, MICRO)],
        [(10, 5, -3 * MICRO)],
    )

    assert left(WEIGHED, rows) == [0, 1, 2]
    # Without values to multiply by, the most that a column holds stays.
    zeros = alone(model.Items(source="s", item="ratio", weights="declared", item_cap=model.Cap(max=Decimal(0))))
    assert left(zeros, [rows[0], rows[1], rows[2]]) == [0, 2]
    assert left(zeros, listed([(10, 0, MOST)])) == []
    # But two of them do not add up.
    assert left(zeros, listed([(10, 0, MOST), (10, 0, MOST)], [(10, 0, 3)])) == [0]


def test_items_by_another_unit_are_brought_to_the_finer_one_row_by_row() -> None:
    most = MOST // MICRO
    wide = 10**30
    # A target, then an actual, beside one so fine that the quotient still fits.
    for at, fine in ((0, 3_500_001), (1, 100_000_001)):

        def row(large: int, other: int, at: int = at) -> list[tuple[Any, ...]]:
            return [(large, other, None) if at == 0 else (other, large, None), (10, 5, None)]

        rows = listed(
            row(wide, fine), row(most * MICRO, fine), row((most + 1) * MICRO, fine), row(-(most + 1) * MICRO, fine)
        )
        capped = alone(model.Items(source="s", item="ratio", item_cap=model.Cap(min=Decimal(0), max=Decimal(200))))
        assert left(capped, rows) == [0, 2, 3], at
    both = listed([(wide, wide, None)], [(most * MICRO * 3, 7 * MICRO, None)], [(2 * MICRO, MICRO, None)])
    assert left(EQUAL, both) == [0]


def test_units_of_targets_and_actuals_may_both_be_coarse() -> None:
    """Beside what does not fit, actuals are kept by ten and targets by the million, and the other way about."""
    for tens, millions in ((0, 1), (1, 0)):

        def row(ten: int, million: int, tens: int = tens, millions: int = millions) -> list[tuple[Any, ...]]:
            pair = [0, 0]
            pair[tens], pair[millions] = ten, million
            return [(*pair, None)]

        rows = listed(row(10**30 + 10, 10**30), row(70, 3 * MICRO), row(-30, MICRO), row(40 * MICRO, 50 * MICRO))
        assert left(alone(model.Items(source="s", item="ratio", item_cap=model.Cap(max=Decimal(10**6)))), rows) == [0]


def test_ratio_items_are_known_missing_or_wrong_row_by_row() -> None:
    lists: list[list[tuple[Any, ...]]] = [
        [(10, 5, 2), (10, 7, 2)], [(0, 5, 2)], [(10, 5, 2), (0, 5, 2), (0, 0, 2)], [(None, 5, 2), (0, 1, 2)],
        [(10, None, 2)], [(0, None, 2)], [], [(1, 1, 2)], [(1, -1, 2), (1, 0, 2)], [(10, 12, 2, True), (0, 1, 2, True)],
        [(10, 25, 2, True)], [(-10, 5, 2), (-10, -5, 2, True)], [(10, 5, None), (10, 7, 2)], [(10, 5, 0)],
        [(0, 5, None)], [(0, 0, 2, True)], [(0, 3, 2, True), (0, -1, 2, True), (0, None, 2, True)],
    ]  # fmt: skip
    cases = [*listed(*lists), Case()]
    for cap in (model.Cap(), model.Cap(min=Decimal(60)), model.Cap(max=Decimal(60)), model.Cap(max=Decimal(-1))):
        for weights in ("equal", "declared"):
            for least in (1, 2):
                measure = model.Items(source="s", item="ratio", weights=weights, item_cap=cap, min_items=least)
                assert left(alone(measure), cases) == []
    reasons = [sheet.reason for sheet in evaluate(EQUAL, load(cases))]
    assert reasons[2] == "items/s/1: the target is 0, so nothing can be measured against it"
    assert reasons[3] == reasons[2]
    assert reasons[9] is None  # less is better, and nothing was to happen
    assert left(EQUAL, listed([], [])) == []
    assert left(WEIGHED, listed([])) == []


def test_items_that_took_long_division_are_told_of() -> None:
    why = "products do not fit; the common factor is divided out and the division is long"
    for plan, cases in (
        (EQUAL, listed([(7, LIMIT + 1, None)])),
        (alone(model.Ratio(actual="a", target="t")), [Case(facts={"a": LIMIT + 1, "t": 7})]),
    ):
        assert left(plan, cases) == []
        found = evaluate(plan, load(cases)).proof
        assert found[0] == Proof("indicators/x", "reduced", why, INT64 // 10)
        assert found[1].kind == "int64"
    short = evaluate(EQUAL, load(listed([(7, LIMIT, None)]))).proof
    assert short[0] == Proof("indicators/x", "int64", "every number of these data fits", INT64 // 10)


def test_items_by_the_levels_of_no_scale_block() -> None:
    """The checks refuse such a policy; what was published before them is judged all the same."""
    plan = alone(model.Items(source="s", item="level"))
    cases = [Case(items={"s": [Item(level="sedang")]}), Case(items={"s": [Item()]}), Case()]

    assert left(plan, cases) == []
    assert explained(plan, cases[0]).reason == "items/s/0: no level 'sedang'; there are "


LEVELS = {"low": Decimal(1), "mid": Decimal(-2), "top": decimal(INT64 // MICRO)}
SCALES = {"three": model.Scale(min=Decimal(-2), max=Decimal(3), levels=LEVELS)}


def test_level_items_are_known_missing_or_wrong_row_by_row() -> None:
    def level(weights: Any = "equal", cap: model.Cap | None = None, least: int = 1) -> CompiledPolicy:
        measure = model.Items(
            source="s", item="level", scale="three", weights=weights, item_cap=cap or model.Cap(), min_items=least
        )
        return alone(measure, scales=SCALES)

    lists = [
        ["low", "mid"], ["low", None], [None], [], ["best"], ["low", "best", "worst"], [None, "worst"], ["mid", "mid"],
        ["worst", None, "low"],
    ]  # fmt: skip
    cases = [Case(items={"s": [Item(level=one, weight=2 * MICRO) for one in row]}) for row in lists] + [Case()]
    for cap in (model.Cap(), model.Cap(min=Decimal(0)), model.Cap(max=Decimal(0)), model.Cap(min=Decimal(-1))):
        assert left(level(cap=cap), cases) == []
        assert left(level("declared", cap), cases) == []
        assert left(level("declared", cap, 2), cases) == []
    sheets = list(evaluate(level(least=2), load(cases)))
    assert [sheet.reason for sheet in sheets[4:7]] == [
        "nodes/node: the score is missing: nothing under it is present",
        "items/s/1: no level 'best'; there are low, mid, top",
        "items/s/1: no level 'worst'; there are low, mid, top",
    ]
    weights: tuple[tuple[int | None, ...], ...] = ((None,), (0,), (5, None), (-5,), (3, -3))
    no_weight = [Case(items={"s": [Item(level="low", weight=one) for one in row]}) for row in weights]
    assert left(level("declared"), no_weight) == []
    assert left(level(), no_weight) == []


@pytest.mark.parametrize(
    ("levels", "cap", "limit"),
    [
        ((-5, 1), model.Cap(), INT64 // (5 * MICRO)),
        ((1, 5), model.Cap(), INT64 // (5 * MICRO)),
        ((-5, -1), model.Cap(min=Decimal(-3)), INT64 // (3 * MICRO)),
        ((-5, 5), model.Cap(min=Decimal(-3), max=Decimal(4)), INT64 // (4 * MICRO)),
        ((0, 0), model.Cap(), INT64 // MICRO),
    ],
)
def test_the_proof_of_weighed_levels_is_by_the_largest(levels: tuple[int, int], cap: model.Cap, limit: int) -> None:
    named = {name: Decimal(level) for name, level in zip(("low", "top"), levels, strict=True)}
    scales = {"s": model.Scale(min=Decimal(-9), max=Decimal(9), levels=named)}
    measure = model.Items(source="s", item="level", scale="s", weights="declared", item_cap=cap)
    why = f"as long as the weights add up to {text(limit)}"

    assert proof(alone(measure, scales=scales))[0] == Proof("indicators/x", "int64", why, limit)


# Tables.


def test_a_number_where_a_word_belongs_blocks_by_its_value() -> None:
    plan = alone(model.Table(fact="w", values={"satu": Decimal(1), "nol": Decimal(0)}))
    given: list[Any] = ["satu", "nol", "dua", 5, -5, 0, True, False, 2_500_000, None, "satu"]
    cases = [Case(facts={} if one is None else {"w": one}) for one in given]

    assert left(plan, cases) == []
    assert left(plan, [*cases, Case(facts={"w": 10**30})]) == [11]
    assert left(plan, [Case(), Case()]) == []
    assert left(plan, [Case(facts={"w": "dua"}), Case(facts={"w": "satu"})]) == []
    # A word that is known comes last, and some have none.
    for one in (None, True, 5):
        assert left(plan, [Case(facts={} if one is None else {"w": one}), Case(facts={"w": "satu"})]) == []


def test_a_table_of_the_sanction_has_a_word_for_nothing_recorded() -> None:
    given: list[Any] = ["tidak_ada", "berat", "lain", 5, True, None]
    cases = [Case(facts={} if one is None else {SANCTION: one}) for one in given]
    for values in ({"tidak_ada": Decimal(100), "berat": Decimal(50)}, {"berat": Decimal(50)}):
        plan = alone(model.Table(fact=SANCTION, values=values))
        assert left(plan, cases) == []
        assert left(plan, cases[-1:]) == []
        assert left(plan, [*cases[:3], cases[-1]]) == []
    plan = alone(model.Table(fact=SANCTION, values={"tidak_ada": Decimal(100), "berat": Decimal(50)}))
    assert scored(plan, *cases) == [100 * MICRO, 50 * MICRO, None, None, None, 100 * MICRO]
    assert scored(plan, cases[-1]) == [100 * MICRO]


# Nodes.


def node(combine: Any, **weights: Decimal) -> CompiledPolicy:
    return plan_of(
        {name: indicator(model.Index(fact=name)) for name in weights},
        model.Node(label=LABEL, of=weights, combine=combine),
    )


def test_a_mean_weighs_as_far_as_int64_holds() -> None:
    plan = node("weighted_mean", a=Decimal(60), b=Decimal(40))
    most = INT64 // (100 * MICRO)
    rows = [
        {"a": most, "b": most}, {"a": -most, "b": -most}, {"a": most + 1, "b": 0}, {"a": 0, "b": -most - 1}, {"a": 5},
        {"a": most}, {"b": most + 1}, {},
    ]  # fmt: skip

    assert by_facts(plan, *rows) == [2, 3, 6]


def test_a_sum_adds_up_as_far_as_a_column_holds() -> None:
    plan = node("sum", a=TINY, b=TINY, c=TINY)
    most = MOST // 3
    rows = [
        {"a": most, "b": most, "c": most}, {"a": most + 1, "b": 0, "c": 0}, {"c": -most}, {"c": -most - 1}, {"a": 1},
    ]  # fmt: skip

    assert by_facts(plan, *rows) == [1, 3]


def test_the_least_and_the_most_have_no_limit_of_their_own() -> None:
    rows = [{"a": MOST, "b": MOST}, {"a": -MOST, "b": MOST}, {"b": -MOST}, {"a": MOST}, {}]

    for combine in ("min", "max"):
        assert by_facts(node(combine, a=TINY, b=TINY), *rows) == []


def products(*rows: dict[str, int], **weights: Decimal) -> tuple[list[int], int]:
    """The rows left, and how many took Python ints for the product alone."""
    plan = node("product", **weights)
    cases = [Case(facts={**row}) for row in rows]
    gone = left(plan, cases)
    return gone, evaluate(plan, load(cases)).proof[-1].rows


def test_a_product_sheds_what_factors_and_divisors_share() -> None:
    # 10^18 x 10^6 / 10^6: the millions go out before anything is multiplied.
    assert products({"a": 10**18}, {"a": -(10**18)}, {"a": 3}, {}, a=Decimal(1)) == ([], 0)
    assert products({"a": MOST}, {"a": -MOST}, a=Decimal(1)) == ([], 0)
    # Of two factors: 2^31 x 2^31 fits to the last, one more does not, and comes back divided.
    half = 2**31
    assert products({"a": half, "b": half}, a=Decimal(1), b=Decimal(1)) == ([], 0)
    assert products({"a": 2**34 + 1, "b": 2**35 + 1}, a=Decimal(1), b=Decimal(1)) == ([], 1)
    assert products({"a": 10**17 + 1, "b": 10**17 + 1}, {"a": 5, "b": 7}, a=Decimal(1), b=Decimal(1)) == ([0], 1)
    # Divisors beyond int64 between them.
    big = Decimal(10**9 + 7)
    assert products({"a": 10**12, "b": 10**12}, {"a": 3, "b": 1}, a=big, b=big) == ([], 1)
    assert products({"a": 10**12}, {"b": 10**12}, {}, a=big, b=big) == ([], 0)
    # One that comes back, beside one that is blocked and one of plain numbers.
    plan = node("product", a=Decimal(1), b=Decimal(1), c=Decimal(1))
    large = {"b": 2**34 + 1, "c": 2**35 + 1}
    mixed: list[dict[str, Any]] = [{"a": MICRO, **large}, {"a": "kata", **large}, {"a": 3, "b": 5, "c": 7}]
    cases = [Case(facts=row) for row in mixed]
    assert left(plan, cases) == []
    assert evaluate(plan, load(cases)).proof[-1].rows == 1


def test_a_product_is_multiplied_to_the_last_that_a_column_holds() -> None:
    """Beside a row that is not: 10^6 x 4611686018427 is held, one more is not, and nothing else is looked at twice."""
    most = MOST // MICRO
    fits = [{"a": 1, "b": most}, {"a": most, "b": 1}, {"a": -most, "b": 1}, {"a": 1, "b": -most}, {"a": most, "b": 0}]

    assert products(*fits, {"a": 1, "b": 10**18}, a=TINY, b=TINY) == ([5], 1)
    assert products(*fits, {"a": 1, "b": most + 1}, {"a": most + 1, "b": 1}, a=TINY, b=TINY) == ([5, 6], 2)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_product_of_python_ints_fits_a_column_to_its_last(sign: int) -> None:
    # 1.5 x 2^62 x 2/3: beyond int64 until it is divided. 2^62 itself comes back, and what is more is left.
    assert 3 * (MOST // 2) > MOST
    weights = {"a": Decimal(1), "b": Decimal(3)}
    fits = {"a": sign * MOST, "b": 3 * MICRO}
    beyond = {"a": sign * MOST, "b": 3 * MICRO + 1}

    assert products(fits, **weights) == ([], 0)
    assert products(beyond, {"a": 1, "b": 1}, **weights) == ([0], 1)
    # Primes shed nothing: (2^61 - 1) x (10^9 + 7) / (10^9 + 9) comes back as a number that fits.
    prime, over, under = 2**61 - 1, 10**9 + 7, 10**9 + 9
    assert products({"a": sign * prime, "b": over}, a=Decimal(1), b=decimal(under)) == ([], 1)
    # The other way about: 4,611,686,009,204,015,950 x (10^9 + 9) / (10^9 + 7) is 2^62, rounded.
    last = round(Fraction(MOST * over, under))
    assert products({"a": sign * last, "b": under}, a=Decimal(1), b=decimal(over)) == ([], 1)
    assert products({"a": sign * (last + 1), "b": under}, a=Decimal(1), b=decimal(over)) == ([0], 1)


@pytest.mark.parametrize("rule", ["renormalise", "zero", "block"])
@pytest.mark.parametrize("combine", ["weighted_mean", "mean", "sum", "min", "max", "product"])
def test_every_combiner_with_every_rule_for_what_is_missing(combine: Any, rule: Any) -> None:
    """Each child there, missing and blocked, beside each other one."""
    indicators = {
        "a": indicator(model.Index(fact="a"), missing=rule),
        "b": indicator(model.Index(fact="b")),
        "c": indicator(model.Index(fact="c"), missing="zero"),
    }
    values: tuple[Any, ...] = (None, 0, 7 * MICRO, -3 * MICRO, "kata")
    cases = [
        Case(facts={name: value for name, value in zip("abc", row, strict=True) if value is not None})
        for row in ((a, b, c) for a in values for b in values for c in values)
    ]
    for least in (Decimal(0), Decimal(50), Decimal("50.000001"), Decimal(100)):
        for clamp in (model.Cap(), model.Cap(min=Decimal(1), max=Decimal(5))):
            of = {"a": Decimal(50), "b": Decimal(30), "c": Decimal(20)}
            made = model.Node(label=LABEL, of=of, combine=combine, min_weight_present=least, clamp=clamp)
            plan = plan_of(indicators, made, places=2)
            assert left(plan, cases) == []
            # Columns where nothing is missing, and where everything is, take ways of their own.
            whole = [case for case in cases if all(isinstance(case.facts.get(name), int) for name in "abc")]
            assert left(plan, whole) == []
            assert left(plan, [Case(), Case()]) == []
            assert left(plan, [Case(facts={"b": MICRO}), Case(facts={"b": 3 * MICRO})]) == []


@pytest.mark.parametrize("rule", ["renormalise", "block"])
@pytest.mark.parametrize("clamp", [model.Cap(), model.Cap(max=Decimal(0))])
def test_a_majority_of_every_three_levels_there_are(rule: Any, clamp: model.Cap) -> None:
    """Each child at each level, missing and blocked, beside each other one."""
    levels = {"di_bawah": Decimal(-1), "sesuai": Decimal(0), "di_atas": Decimal(1)}
    indicators = {
        "a": indicator(model.Majority(source="a", scale="three"), missing=rule),
        "b": indicator(model.Majority(source="b", scale="three")),
        "c": indicator(model.Majority(source="c", scale="three")),
    }
    words = (None, *levels, "asing")
    cases = [
        Case(items={name: [Item(level=word)] for name, word in zip("abc", row, strict=True) if word is not None})
        for row in ((a, b, c) for a in words for b in words for c in words)
    ]
    scales = {"three": model.Scale(min=Decimal(-1), max=Decimal(1), levels=levels)}
    node = model.Node(label=LABEL, of=dict.fromkeys("abc", Decimal(1)), combine="majority", clamp=clamp)
    plan = plan_of(indicators, node, scales=scales)

    assert left(plan, cases) == []
    assert {score for score in scored(plan, *cases) if score is not None} == (
        {-MICRO, 0, MICRO} if clamp.max is None else {-MICRO, 0}
    )


@pytest.mark.parametrize("rules", [*product(["renormalise", "zero", "block"], repeat=3)])
def test_the_first_of_every_three_there_are(rules: Any) -> None:
    """Each child there, missing and blocked, beside each other one; asked in another turn than they are written."""
    indicators = {
        name: indicator(model.Index(fact=name), missing=rule) for name, rule in zip("abc", rules, strict=True)
    }
    of = {"a": Decimal(2), "b": Decimal(3), "c": Decimal(1)}
    plan = plan_of(indicators, model.Node(label=LABEL, of=of, combine="first", clamp=model.Cap(max=Decimal(5))))
    words = (None, 3 * MICRO, 7 * MICRO, "kata")
    cases = [
        Case(facts={name: word for name, word in zip("abc", row, strict=True) if word is not None})
        for row in product(words, repeat=3)
    ]

    assert left(plan, cases) == []
    assert left(plan, [Case(), Case()]) == []


@pytest.mark.parametrize("combine", ["weighted_mean", "sum", "min", "max", "product"])
def test_children_of_no_weight(combine: Any) -> None:
    zero = Decimal(0) if combine != "product" else Decimal(2)
    for least in (Decimal(0), Decimal(50)):
        plan = plan_of(
            {name: indicator(model.Index(fact=name)) for name in "ab"},
            model.Node(label=LABEL, of={"a": zero, "b": zero}, combine=combine, min_weight_present=least),
        )
        assert by_facts(plan, {"a": 5}, {"b": 7}, {"a": 1, "b": 2}, {}) == []
        assert by_facts(plan, {"a": 5, "b": 3}) == []


def test_weights_below_zero_are_too_little_though_all_are_there() -> None:
    """No sound policy has them; the columns say what the explaining engine says."""
    of = {"a": Decimal(-10), "b": Decimal(-10)}
    plan = plan_of(
        {name: indicator(model.Index(fact=name)) for name in "ab"},
        model.Node(label=LABEL, of=of, min_weight_present=Decimal(50)),
    )
    assert by_facts(plan, {"a": 5, "b": 3}, {"a": 1, "b": 2}) == []
    (sheet,) = evaluate(plan, load([Case(facts={"a": 5, "b": 3})]))
    assert sheet.reason == "nodes/node: less than 50% of its weight is present"
    # Where none is asked for, less than none is too little just the same.
    plan = plan_of({name: indicator(model.Index(fact=name)) for name in "ab"}, model.Node(label=LABEL, of=of))
    assert by_facts(plan, {"a": 5, "b": 3}, {"a": 1}, {"b": 2}, {}) == []
    assert by_facts(plan, {"a": 5, "b": 3}, {"a": 1, "b": 2}) == []


# Panels.


def panel_of(
    scale: model.Scale, own: model.Scale | None = None, trim: int = 0, aggregate: Any = "mean", **groups: Any
) -> CompiledPolicy:
    raters = {
        name: model.RaterGroup(**{"scale": None if own is None else "own", **rules}) for name, rules in groups.items()
    }
    return alone(
        model.Rated(panel="panel", scale="scale"),
        scales={"scale": scale, **({} if own is None else {"own": own})},
        panels={"panel": model.Panel(raters=raters, trim_each_end=trim, aggregate=aggregate)},
    )


def heard(plan: CompiledPolicy, *rows: list[int]) -> list[int]:
    return left(plan, [Case(ratings={"x": {"atasan": row}}) for row in rows])


VAST = model.Scale(min=Decimal(0), max=Decimal(10**12), step=TINY)


def test_a_panel_weighs_as_far_as_int64_holds() -> None:
    most = INT64 // (100 * MICRO)
    plan = panel_of(VAST, atasan={"weight": Decimal(100)})

    assert heard(plan, [most], [most + 1], [1], []) == [1]
    # A scale that ends at the limit needs no look.
    for top, bottom in ((most, 0), (most + 1, 0), (0, -most), (0, -most - 1)):
        scale = model.Scale(min=decimal(bottom), max=decimal(top), step=TINY)
        plan = panel_of(scale, atasan={"weight": Decimal(100)})
        fits = max(top, -bottom) <= most
        assert heard(plan, [top], [bottom], [5 if top else -5]) == ([] if fits else [0] if top else [1])
        (one,) = (one for one in proof(plan) if one.path == "indicators/x")
        assert one.limit == (None if fits else most)


def test_a_mean_of_another_scale_is_mapped_as_far_as_int64_holds() -> None:
    onto = model.Scale(min=Decimal(-50), max=Decimal(50), step=TINY)
    own = model.Scale(min=Decimal(7), max=Decimal(10**12), step=TINY)
    most = 7 * MICRO + INT64 // (100 * MICRO)
    plan = panel_of(onto, own, atasan={"weight": Decimal(100)})

    assert heard(plan, [most], [most + 1], [7 * MICRO], [7 * MICRO, 8 * MICRO], []) == [1]


def test_a_mean_mapped_onto_a_larger_scale_is_held_by_that_scale() -> None:
    """Nine millionths, mapped onto a trillion: the mapping fits, and its weight does not."""
    own = model.Scale(min=Decimal(0), max=decimal(9), step=TINY)
    plan = panel_of(VAST, own, atasan={"weight": Decimal(100)})

    assert heard(plan, [9], [0], [3, 0], []) == [0, 2]


def test_a_mean_mapped_onto_a_scale_of_one_value_is_that_value() -> None:
    bare, own = model.Scale(min=Decimal(5), max=Decimal(5)), model.Scale(min=Decimal(0), max=Decimal(10))
    plan = panel_of(bare, own, atasan={"weight": Decimal(100)})

    assert heard(plan, [10 * MICRO], [0], []) == []
    assert scored(plan, Case(ratings={"x": {"atasan": [10 * MICRO]}})) == [5 * MICRO]


def test_the_middle_of_one_rating_is_that_rating_as_far_as_a_column_holds() -> None:
    scale = model.Scale(min=Decimal(0), max=decimal(MOST), step=TINY)
    plan = panel_of(scale, aggregate="median", atasan={"weight": TINY})

    assert heard(plan, [MOST], [1, 4], [MOST - 3, 1, 2]) == []


def test_many_are_trimmed_where_there_are_many_and_none_where_there_are_few() -> None:
    plan = panel_of(model.Scale(min=Decimal(0), max=Decimal(9)), trim=5, atasan={"weight": Decimal(100)})
    many = [place * MICRO for place in (0, 1, 2, 3, 4, 5, 9, 9, 9, 9, 9)]

    assert heard(plan, [3 * MICRO], []) == []
    assert heard(plan, [3 * MICRO], many, [], many[:10]) == []
    assert scored(plan, Case(ratings={"x": {"atasan": many}}), Case()) == [5 * MICRO, None]


def test_one_indicator_for_some_and_nothing_for_all() -> None:
    plan = panel_of(VAST, atasan={"weight": Decimal(50)}, rekan={"weight": Decimal(50)})

    assert left(plan, [Case(ratings={"x": {"atasan": [5]}}), Case()]) == []
    assert left(plan, [Case(ratings={"x": {"atasan": [5]}, "*": {"rekan": [7]}})]) == []


@pytest.mark.parametrize(
    ("weight", "why"),
    [
        (Decimal(0), "ratings stay on a scale within 0 to 4; int64 holds up to 9223372036854.775807"),
        (TINY, "ratings stay on a scale within 0 to 4; int64 holds up to 9223372036854.775807"),
        (2 * TINY, "ratings stay on a scale within 0 to 4; int64 holds up to 4611686018427.387903"),
        (Decimal(100), "ratings stay on a scale within 0 to 4; int64 holds up to 92233.720368"),
    ],
)
def test_the_proof_of_a_panel_is_by_the_weight_of_its_groups(weight: Decimal, why: str) -> None:
    plan = panel_of(model.Scale(min=Decimal(0), max=Decimal(4)), atasan={"weight": weight})

    assert proof(plan)[0] == Proof("indicators/x", "int64", why)
    assert heard(plan, [4 * MICRO], [0], []) == []


@pytest.mark.parametrize(
    ("missing", "low"), [(["zero", "renormalise"], "0"), (["renormalise", "zero"], "0"), (["renormalise"] * 2, "1")]
)
def test_the_proof_of_a_panel_counts_on_the_zero_of_any_of_its_groups(missing: list[str], low: str) -> None:
    groups: dict[str, Any] = {
        name: {"weight": Decimal(50), "missing": rule} for name, rule in zip("ab", missing, strict=True)
    }
    plan = panel_of(model.Scale(min=Decimal(1), max=Decimal(4)), **groups)

    why = f"ratings stay on a scale within {low} to 4; int64 holds up to 92233.720368"
    assert proof(plan)[0] == Proof("indicators/x", "int64", why)


@pytest.mark.parametrize(("low", "high", "ends"), [(-4, -1, "-4 to 0"), (-4, 4, "-4 to 4"), (1, 4, "0 to 4")])
def test_the_proof_of_a_panel_takes_nothing_into_its_scale(low: int, high: int, ends: str) -> None:
    plan = panel_of(model.Scale(min=Decimal(low), max=Decimal(high)), a={"weight": Decimal(100), "missing": "zero"})

    why = f"ratings stay on a scale within {ends}; int64 holds up to 92233.720368"
    assert proof(plan)[0] == Proof("indicators/x", "int64", why)


@pytest.mark.parametrize(("top", "fits"), [(3_037_000_499, True), (3_037_000_500, False)])
def test_the_proof_of_a_mapped_panel_is_by_both_scales(top: int, fits: bool) -> None:
    """3,037,000,499 squared is within int64, one more is not."""
    scale = model.Scale(min=decimal(0), max=decimal(top), step=TINY)
    own = model.Scale(min=decimal(-1), max=decimal(top - 1), step=TINY)
    plan = panel_of(scale, own, atasan={"weight": TINY})
    proved = f"ratings stay on a scale within 0 to {text(top)}; int64 holds up to {text(INT64)}"
    open_ = f"as long as group means stay within {text(INT64)}"

    assert proof(plan)[0] == Proof("indicators/x", "int64", proved if fits else open_, None if fits else INT64)
    assert heard(plan, [top - 1], [-1], [0], []) == [0] * (not fits)


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_mapping_of_two_scales_fills_int64_to_its_last(more: int, fits: bool) -> None:
    wide, narrow = 60_247_241_209, 153_092_023
    assert wide * narrow == INT64
    scale = model.Scale(min=Decimal(0), max=decimal(narrow), step=TINY)
    own = model.Scale(min=Decimal(0), max=decimal(wide + more), step=TINY)
    plan = panel_of(scale, own, atasan={"weight": TINY})

    assert proof(plan)[0].limit == (None if fits else INT64)
    assert heard(plan, [wide], [wide + more], [0], []) == [1] * more


def test_the_proof_of_a_mapped_panel_is_by_the_largest_of_its_scales() -> None:
    scales = {
        "scale": model.Scale(min=decimal(0), max=decimal(3_037_000_500), step=TINY),
        "small": model.Scale(min=decimal(0), max=decimal(10), step=TINY),
        "large": model.Scale(min=decimal(1), max=decimal(3_037_000_501), step=TINY),
    }
    raters = {name: model.RaterGroup(weight=TINY, scale=name) for name in ("small", "large")}
    plan = alone(model.Rated(panel="panel", scale="scale"), scales=scales, panels={"panel": model.Panel(raters=raters)})

    assert proof(plan)[0].limit == INT64 // 2


@pytest.mark.parametrize("own", [("own", None), (None, "own"), ("own", "own"), (None, None)])
def test_the_proof_of_a_panel_is_by_the_scale_that_its_groups_are_mapped_onto(own: tuple[str | None, ...]) -> None:
    scales = {
        "scale": model.Scale(min=Decimal(1), max=Decimal(4)),
        "own": model.Scale(min=Decimal(-9), max=Decimal(90)),
    }
    raters = {
        name: model.RaterGroup(weight=Decimal(50), scale=scale) for name, scale in zip(("a", "b"), own, strict=True)
    }
    plan = alone(model.Rated(panel="panel", scale="scale"), scales=scales, panels={"panel": model.Panel(raters=raters)})

    why = "ratings stay on a scale within 1 to 4; int64 holds up to 92233.720368"
    assert proof(plan)[0] == Proof("indicators/x", "int64", why)


def test_a_median_of_large_ratings_halves_what_two_add_up_to() -> None:
    most = INT64 // (100 * MICRO)
    plan = panel_of(VAST, aggregate="median", atasan={"weight": Decimal(100)})

    assert heard(plan, [most, most], [most, most - 1], [1, 2, most], [2**31 - 1, 2**31 - 1], [5], []) == []
    narrow = model.Scale(min=Decimal(0), max=Decimal(2147), step=TINY)
    small = panel_of(narrow, aggregate="median", atasan={"weight": Decimal(100)})
    assert heard(small, [2_147 * MICRO] * 2, [2_147 * MICRO, 0, 1], [3, 4]) == []


def test_rows_with_ratings_that_do_not_fit_are_left_for_the_indicator_that_reads_them() -> None:
    plan = panel_of(VAST, atasan={"weight": Decimal(50)}, rekan={"weight": Decimal(50)})
    cases = [
        Case(ratings={"x": {"atasan": [10**30], "rekan": [MICRO]}}),
        Case(ratings={"*": {"atasan": [10**30]}}),
        Case(ratings={"x": {"atasan": [MICRO]}, "*": {"atasan": [10**30], "rekan": [10**30]}}),
        Case(ratings={"*": {"atasan": [MICRO], "rekan": [3]}}),
        Case(ratings={"x": {}}),
        Case(),
    ]

    assert left(plan, cases) == [0, 1]
    assert left(plan, [cases[0], cases[2]]) == [0]
    assert left(plan, [cases[1], cases[3]]) == [0]
    assert left(plan, cases[2:]) == []


def test_a_weight_factor_or_point_of_a_millionth_or_nothing_holds_all_that_a_column_does() -> None:
    one = node("weighted_mean", a=TINY)
    assert by_facts(one, {"a": MOST}, {"a": -MOST}, {}) == []
    assert proof(one)[-1] == Proof("nodes/node", "int64", f"as long as a stay within {text(INT64)}", INT64)
    for points, limit in ((TINY, MOST), (2 * TINY, MOST // 2), (Decimal(0), MOST)):
        events = {"e": model.CountedEvent(fact="a", points=points)}
        plan = alone(model.Deduction(start=Decimal(7), events=events))
        assert by_facts(plan, {"a": limit}, {"a": -limit}, {"a": 0}) == []
        why = f"as long as each count is at most {text(limit)}"
        assert proof(plan)[0] == Proof("indicators/x", "int64", why, limit)
    for factor, limit in ((TINY, INT64), (2 * TINY, INT64 // 2), (Decimal(0), INT64)):
        plan = survey(factor, elements="u")
        assert left(plan, answered((MOST // 2,), (7,))) == []
        why = f"as long as the element means add up to {text(limit)}"
        assert proof(plan)[0] == Proof("indicators/x", "int64", why, limit)


# What is not for columns at all.


def test_a_measure_without_a_kernel_leaves_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KERNELS, IndexStep)
    plan = alone(model.Index(fact="f"))

    assert by_facts(plan, {"f": 5}, {}) == [0, 1]
    assert proof(plan)[0] == Proof("indicators/x", "python ints", "this measure has no kernel: every row", 0)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_of_the_policy_beyond_int64_leaves_every_row(sign: int) -> None:
    """2^62 itself is held."""
    large = Decimal(10**16) * sign
    plans: dict[str, Callable[[Decimal], CompiledPolicy]] = {
        "cap": lambda x: alone(model.Index(fact="f"), cap=model.Cap(min=x)),
        "value": lambda x: alone(model.Table(fact="w", values={"dua": Decimal(2), "satu": x, "tiga": Decimal(3)})),
        "band": lambda x: alone(model.Banded(fact="f", bands=[model.ScoreBand(from_=x, score=Decimal(1))])),
    }
    every = Proof("indicators/x", "python ints", "a number in the policy is beyond int64: every row", 0)
    for made in plans.values():
        assert proof(made(large))[0] == every
        assert by_facts(made(large), {"f": 5}, {}) == [0, 1]
        assert proof(made(sign * decimal(MOST + 1)))[0] == every
        assert proof(made(sign * decimal(MOST)))[0] != every
        assert by_facts(made(sign * decimal(MOST)), {"f": 5}, {}) == []
    # What Python ints came to stands in the arrays, or the nearest to it that int64 holds.
    nodes = evaluate(plans["cap"](large), load([Case(facts={"f": 5}), Case()])).nodes["x"]
    assert (nodes.x.tolist(), nodes.there.tolist()) == ([INT64 if sign > 0 else 5, 0], [True, False])


# What a policy alone proves.


LONG = "above 92233.720368 the common factor is divided out and the division is long"
LOW_TO_TOP = {"scales": {"s": model.Scale(min=Decimal(0), max=Decimal(4), levels={"low": Decimal(1)})}}


@pytest.mark.parametrize(
    ("measure", "kind", "why", "limit"),
    [
        (model.Ratio(actual="a", target="t"), "reduced", LONG, INT64 // 10),
        (model.Inverse(form="linear", actual="a", target="t"), "reduced", LONG, INT64 // 10),
        (model.Inverse(form="reciprocal", actual="a", target="t"), "reduced", LONG, INT64 // 10),
        (model.Items(source="s", item="ratio"), "reduced", LONG, INT64 // 10),
        (model.Items(source="s", item="ratio", weights="declared"), "reduced", LONG, INT64 // 10),
        (
            model.Items(source="s", item="level", scale="s"),
            "int64",
            "levels stay on their scale, each weighs the same",
            None,
        ),
        (
            model.Banded(fact="f", bands=[model.ScoreBand(from_=Decimal(1), score=Decimal(1))]),
            "int64",
            "compared, never multiplied",
            MOST,
        ),
        (model.Index(fact="f"), "int64", "taken as given", MOST),
        (model.Table(fact="w", values={"satu": Decimal(1)}), "int64", "looked up, never multiplied", None),
    ],
)
def test_the_proof_of_a_measure(measure: model.Measure, kind: Any, why: str, limit: int | None) -> None:
    assert proof(alone(measure, **LOW_TO_TOP))[0] == Proof("indicators/x", kind, why, limit)


def proofs(plan: CompiledPolicy) -> list[Proof]:
    return [one for one in proof(plan) if one.path == "nodes/node"]


def bounded(low: str | None, high: str | None, missing: Any = "renormalise") -> model.Indicator:
    cap = model.Cap(min=None if low is None else Decimal(low), max=None if high is None else Decimal(high))
    return indicator(model.Index(fact="f"), cap=cap, missing=missing)


@pytest.mark.parametrize(
    ("combine", "children", "stay", "limit"),
    [
        ("weighted_mean", {"a": ("-5", "120"), "b": ("0", "90")}, "120", "46116.860184"),
        ("weighted_mean", {"a": ("-130", "120"), "b": ("0", "90")}, "130", "46116.860184"),
        ("weighted_mean", {"a": (None, "120"), "b": ("0", None), "c": ("0", "1")}, "a, b", "30744.573456"),
        ("weighted_mean", {"a": ("0", "46116.860184"), "b": ("0", "1")}, "46116.860184", "46116.860184"),
        ("weighted_mean", {"a": ("0", "46116.860185"), "b": ("0", "1")}, "a", "46116.860184"),
        ("weighted_mean", {"a": ("0", "46116.860184"), "b": (None, "1")}, "b", "46116.860184"),
        ("sum", {"a": ("0", "2305843009213.693952"), "b": ("0", "1")}, "2305843009213.693952", "2305843009213.693952"),
        ("sum", {"a": ("0", "2305843009213.693953"), "b": ("0", "1")}, "a", "2305843009213.693952"),
        ("min", {"a": ("0", "3"), "b": ("-4", "1")}, "4", "2305843009213.693952"),
        ("max", {"a": (None, "3")}, "a", "4611686018427.387904"),
    ],
)
def test_the_proof_of_a_node(
    combine: Any, children: dict[str, tuple[str | None, str | None]], stay: str, limit: str
) -> None:
    """Either its children stay within a number, or it holds as long as some of them do."""
    made = model.Node(label=LABEL, of={name: Decimal(100) for name in children}, combine=combine)
    found = proofs(plan_of({name: bounded(*ends) for name, ends in children.items()}, made))
    proved = Proof("nodes/node", "int64", f"its children stay within {stay}; int64 holds up to {limit}")
    open_ = Proof("nodes/node", "int64", f"as long as {stay} stay within {limit}", int(Decimal(limit) * MICRO))

    assert found == [open_ if stay[0].isalpha() else proved]


def test_the_proof_of_a_product_is_that_it_sheds_common_factors() -> None:
    made = model.Node(label=LABEL, of={"a": Decimal(1)}, combine="product")
    why = "common factors are divided out; products above the limit take Python ints for this step"

    assert proofs(plan_of({"a": bounded("0", "3")}, made)) == [Proof("nodes/node", "reduced", why, MOST)]


@pytest.mark.parametrize(
    ("combine", "missing", "clamp", "reach"),
    [
        # Of -5 to 120 and 10 to 90.
        ("weighted_mean", "renormalise", model.Cap(), "120"),
        ("sum", "renormalise", model.Cap(), "210"),
        ("min", "renormalise", model.Cap(), "120"),
        ("max", "block", model.Cap(), "120"),
        ("sum", "zero", model.Cap(max=Decimal(30)), "30"),
        ("sum", "renormalise", model.Cap(min=Decimal(-3), max=Decimal(2)), "3"),
        ("product", "renormalise", model.Cap(min=Decimal(-3), max=Decimal(2)), "3"),
        ("product", "renormalise", model.Cap(min=Decimal(-3)), None),
    ],
)
def test_how_far_a_node_goes_is_what_the_node_above_it_proves_by(
    combine: Any, missing: Any, clamp: model.Cap, reach: str | None
) -> None:
    inner = model.Node(label=LABEL, of={"a": Decimal(1), "b": Decimal(1)}, combine=combine, clamp=clamp)
    outer = model.Node(label=LABEL, of={"inner": Decimal(100)})
    indicators = {"a": bounded("-5", "120", missing), "b": bounded("10", "90")}
    (one,) = proofs(plan_of(indicators, inner, outer))

    assert one.why == (
        "as long as inner stay within 92233.720368"
        if reach is None
        else f"its children stay within {reach}; int64 holds up to 92233.720368"
    )


@pytest.mark.parametrize("combine", ["weighted_mean", "min", "max"])
@pytest.mark.parametrize(
    ("a", "b", "reach"),
    [(("-130", "120"), ("10", "90"), "130"), (("10", "90"), ("-130", "120"), "130"), (("-1", "2"), ("-3", "4"), "4")],
)
def test_a_node_goes_as_low_as_any_of_its_children_and_as_high(
    combine: Any, a: tuple[str, str], b: tuple[str, str], reach: str
) -> None:
    inner = model.Node(label=LABEL, of={"a": Decimal(1), "b": Decimal(1)}, combine=combine)
    outer = model.Node(label=LABEL, of={"inner": Decimal(100)})
    (one,) = proofs(plan_of({"a": bounded(*a), "b": bounded(*b)}, inner, outer))

    assert one.why == f"its children stay within {reach}; int64 holds up to 92233.720368"


@pytest.mark.parametrize(
    ("a", "b", "reach"),
    [(("-5", "-1"), ("10", "90"), "90"), (("-100", "-10"), ("1", "20"), "100"), (("-7", "8"), ("-6", "9"), "17")],
)
def test_a_sum_goes_as_far_as_its_children_on_one_side(a: tuple[str, str], b: tuple[str, str], reach: str) -> None:
    """Any of them may be missing, so none is counted on for less."""
    inner = model.Node(label=LABEL, of={"a": Decimal(1), "b": Decimal(1)}, combine="sum")
    outer = model.Node(label=LABEL, of={"inner": Decimal(100)})
    (one,) = proofs(plan_of({"a": bounded(*a), "b": bounded(*b)}, inner, outer))

    assert one.why == f"its children stay within {reach}; int64 holds up to 92233.720368"


@pytest.mark.parametrize(
    ("low", "high", "missing", "combine", "reach"),
    [
        ("10", "90", "zero", "sum", "180"),
        ("-90", "-10", "zero", "sum", "180"),
        ("-90", "-10", "renormalise", "sum", "180"),
        ("10", "90", "renormalise", "min", "90"),
        ("-90", "-10", "zero", "max", "90"),
    ],
)
def test_a_part_that_may_be_missing_adds_nothing(low: str, high: str, missing: Any, combine: Any, reach: str) -> None:
    inner = model.Node(label=LABEL, of={"a": Decimal(1), "b": Decimal(1)}, combine=combine)
    outer = model.Node(label=LABEL, of={"inner": Decimal(100)})
    indicators = {"a": bounded(low, high, missing), "b": bounded(low, high, missing)}
    (one,) = proofs(plan_of(indicators, inner, outer))

    assert one.why == f"its children stay within {reach}; int64 holds up to 92233.720368"
