"""What holds for every case: better input never lowers a score, nothing is invented for what is missing."""

from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.methods.rated import RatedStep
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.library import Library
from neraca.policy.numbers import DIVIDE, Rounding, ceil, floor, half_even, half_up
from neraca.policy.testing.cases import of_test

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}
OFTEN = settings(max_examples=60, deadline=None)


@cache
def samples() -> Library:
    return Library.read(SAMPLES)[0]


def draft(file: str) -> tuple[CompiledPolicy, Case]:
    """A draft's first test, each rated indicator with ratings of its own."""
    resolved = samples().by_file(file)
    plan, case = compile_resolved(resolved), of_test(resolved.policy.tests[0])
    every = case.ratings.pop("*", {})
    for step in plan.indicators:
        if isinstance(step.measuring, RatedStep):
            case.ratings.setdefault(step.name, deepcopy(every))
    return plan, case


def nowhere_lower(before: EvaluationResult, after: EvaluationResult) -> bool:
    pairs = [(value, after.nodes[name]) for name, value in before.nodes.items()]
    return all(was is None or (now is not None and now >= was) for was, now in pairs)


@pytest.mark.parametrize("file", [file for file in SAMPLES if draft(file)[1].ratings])
@given(st.data())
@OFTEN
def test_raising_one_rating_lowers_nothing(file: str, data: st.DataObject) -> None:
    plan, case = draft(file)
    ranks = plan.ranks
    rated = {step.indicator: step for one in plan.indicators if isinstance(step := one.measuring, RatedStep)}
    for name, groups in case.ratings.items():
        for group in rated[name].panel.groups:
            if xs := groups.get(group.name):
                steps = (group.scale.high - group.scale.low) // group.scale.step
                counts = st.lists(st.integers(0, steps), min_size=len(xs), max_size=len(xs) + 2)
                groups[group.name] = [group.scale.low + n * group.scale.step for n in data.draw(counts)]
    before = evaluate(plan, case)

    step = rated[data.draw(st.sampled_from(sorted(rated)))]
    group = data.draw(st.sampled_from([g for g in step.panel.groups if case.ratings[step.indicator].get(g.name)]))
    xs = case.ratings[step.indicator][group.name]
    at = data.draw(st.integers(0, len(xs) - 1))
    xs[at] = min(xs[at] + group.scale.step, group.scale.high)
    after = evaluate(plan, case)

    assert nowhere_lower(before, after)
    if before.predicate is not None and after.predicate is not None:
        assert ranks[after.predicate] >= ranks[before.predicate]


@pytest.mark.parametrize("file", [file for file in SAMPLES if "skp: [{target" in SAMPLES[file]])
@given(st.data())
@OFTEN
def test_doing_more_lowers_nothing_and_more_of_what_should_be_little_raises_nothing(
    file: str, data: st.DataObject
) -> None:
    plan, case = draft(file)
    items = case.items["skp"]
    at = data.draw(st.integers(0, len(items) - 1))
    polarity = data.draw(st.sampled_from(["max", "min"]))
    actual = data.draw(st.integers(0, 200 * MICRO))
    sheets: list[EvaluationResult] = []
    for more in (0, data.draw(st.integers(1, 50 * MICRO))):
        items[at] = replace(items[at], polarity=polarity, actual=actual + more)
        sheets.append(evaluate(plan, case))

    assert nowhere_lower(*(sheets if polarity == "max" else reversed(sheets)))


@pytest.mark.parametrize("file", SAMPLES)
def test_an_empty_case_is_blocked_or_missing_and_never_zero(file: str) -> None:
    sheet = evaluate(draft(file)[0], Case())

    assert (sheet.status, sheet.score, sheet.predicate) == ("blocked", None, None)
    assert set(sheet.nodes.values()) == {None}


@pytest.mark.parametrize("mode", DIVIDE)
@given(st.integers(), st.integers().filter(bool))
@OFTEN
def test_a_division_is_off_by_less_than_one_and_exact_where_it_can_be(mode: Rounding, a: int, b: int) -> None:
    divide = DIVIDE[mode]

    assert divide(a * b, b) == a
    assert abs(divide(a, b) * b - a) < abs(b)
    assert divide(-a, -b) == divide(a, b)
    if mode in ("half_up", "half_even"):
        assert 2 * abs(divide(a, b) * b - a) <= abs(b)
        assert divide(-a, b) == -divide(a, b)


def test_ties() -> None:
    tens = [-25, -15, -5, 5, 15, 25]

    assert [half_up(x, 10) for x in tens] == [-3, -2, -1, 1, 2, 3]
    assert [half_even(x, 10) for x in tens] == [-2, -2, 0, 0, 2, 2]
    assert [floor(x, 10) for x in tens] == [-3, -2, -1, 0, 1, 2]
    assert [ceil(x, 10) for x in tens] == [-2, -1, 0, 1, 2, 3]
