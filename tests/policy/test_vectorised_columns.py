"""How cases lie in columns, number by number: units, what int64 can't hold, sorted ratings, items and answers; and the
int64 arithmetic on them, at its edges.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import asdict

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.policy.compiled.panel import Range
from neraca.policy.compiled.result import Block
from neraca.policy.compiled.step import Bounds
from neraca.policy.engine.vectorised import load, loader
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST, PERCENT, Fallback, Ints, divided, most
from neraca.policy.engine.vectorised.evaluation_state import (
    Column,
    EvaluationState,
    Reasons,
    blocked,
    bounded,
    capped,
    first,
    present,
)
from neraca.policy.engine.vectorised.layout import Columns, Facts, Numbers, some, summed
from neraca.policy.engine.vectorised.nodes import multiplied
from neraca.policy.numbers import DIVIDE, Rounding, ceil, floor, half_even, half_up


def ints(*values: int) -> Ints:
    return np.array(values, np.int64)


def bools(*values: int) -> Any:
    return np.array(values, np.bool_)


def codes(*values: int) -> Any:
    return np.array(values, np.int32)


def told(value: object) -> Any:
    """Arrays as lists, structs as dicts."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Struct):
        return {name: told(part) for name, part in asdict(value).items()}
    if isinstance(value, dict):
        return {name: told(part) for name, part in value.items()}
    return value


def arrays(value: object) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Struct):
        for part in asdict(value).values():
            yield from arrays(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays(part)


# Numbers.


def numbers(*values: int | None) -> dict[str, Any]:
    cases = [Case(facts={} if value is None else {"x": value}) for value in values]
    return told(load(cases).facts["x"].numbers)


MIXED = 5 * 10**18
"""Beyond MOST, and held by int64."""


@pytest.mark.parametrize(
    ("values", "x", "unit", "wide"),
    [
        # What fits is kept as it is, whatever divides it.
        ((3 * MICRO, None, -MICRO), [3 * MICRO, 0, -MICRO], 1, {}),
        ((MOST, -MOST), [MOST, -MOST], 1, {}),
        # One that does not fit: all are kept by the largest power of ten that divides them.
        ((MIXED, 3 * MICRO), [5 * 10**12, 3], MICRO, {}),
        ((MIXED, 3 * MICRO * 10), [5 * 10**12, 30], MICRO, {}),
        ((-MIXED, 300_000), [-5 * 10**13, 3], 100_000, {}),
        ((MIXED, 30_000), [5 * 10**14, 3], 10_000, {}),
        ((MIXED, 3_000), [5 * 10**15, 3], 1_000, {}),
        ((MIXED, 300), [5 * 10**16, 3], 100, {}),
        ((MIXED + 10, 30), [5 * 10**17 + 1, 3], 10, {}),
        ((MIXED + 10, 300, None), [5 * 10**17 + 1, 30, 0], 10, {}),
        # Or it waits in `wide`.
        ((MIXED, 3), [0, 3], 1, {0: MIXED}),
        ((3, MOST + 1), [3, 0], 1, {1: MOST + 1}),
        ((3, -MOST - 1), [3, 0], 1, {1: -MOST - 1}),
        ((MOST, MOST + 1), [MOST, 0], 1, {1: MOST + 1}),
        ((-MOST, -MOST - 1), [-MOST, 0], 1, {1: -MOST - 1}),
        ((10**30, 7), [0, 7], 1, {0: 10**30}),
        # Even by a unit some may not fit.
        ((10 * MOST, 0), [MOST, 0], 10, {}),
        ((10 * MOST + 10, 0), [0, 0], 10, {0: 10 * MOST + 10}),
        ((-10 * MOST, 0), [-MOST, 0], 10, {}),
        ((10**30, MIXED, 7 * MICRO), [0, 5 * 10**12, 7], MICRO, {0: 10**30}),
    ],
)
def test_numbers_are_kept_by_the_unit_that_makes_them_fit(
    values: tuple[int | None, ...], x: list[int], unit: int, wide: dict[int, int]
) -> None:
    there = [value is not None for value in values]

    assert numbers(*values) == {"x": x, "there": there, "unit": unit, "wide": wide}


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch) -> int:
    """Rows of a batch, a few of them."""
    monkeypatch.setattr(loader, "BATCH", 4)
    return 4


@pytest.mark.parametrize("at", range(9))
def test_a_batch_ends_nowhere_that_shows(batch: int, at: int) -> None:
    """A fact, an indicator, a list and a survey that come up late are found in their row, and in no other."""
    cases = [Case() for _ in range(2 * batch + 1)]
    cases[at] = Case(
        facts={"x": 10**30, "w": "kata"},
        ratings={"i": {"atasan": [3, 1]}},
        items={"skp": [Item(target=7, actual=10**30, weight=5, level="top"), Item(polarity="min")]},
        surveys={"s": {"u": SurveyElement(9, 4)}},
    )
    columns = load(iter(cases))

    assert columns.size == 2 * batch + 1
    assert [row for row in range(columns.size) if columns.case(row) != Case()] == [at]
    back = columns.case(at)
    assert back == Case(
        cases[at].facts, {"i": {"atasan": [1, 3]}}, {"skp": [*cases[at].items["skp"]]}, cases[at].surveys
    )


def test_each_batch_brings_its_own(batch: int) -> None:
    def case(at: int) -> Case:
        return Case(
            facts={"x": at, "w": f"kata{at % 3}"},
            ratings={"i": {"atasan": [at + 2, at], "rekan": [] if at % 2 else [at]}},
            items={"skp": [Item(target=at, actual=at + 1, level=f"l{at % 5}")] * (at % 4)},
            surveys={"s": {"u": SurveyElement(at, at + 1)}} if at % 2 else {},
        )

    cases = [case(at) for at in range(5 * batch + 3)]
    columns = load(cases)

    for at, one in enumerate(cases):
        ratings = {"atasan": [at, at + 2]} if at % 2 else {"atasan": [at, at + 2], "rekan": [at]}
        items = one.items if at % 4 else {}
        assert columns.case(at) == Case(one.facts, {"i": ratings}, items, one.surveys)


def test_nothing_that_was_loaded_can_be_written() -> None:
    columns = load(
        [
            Case(
                facts={"x": 1, "w": "kata", "f": True},
                ratings={"i": {"atasan": [1, 2]}},
                items={"skp": [Item(target=1, actual=2, weight=3, level="l")]},
                surveys={"s": {"u": SurveyElement(1, 2)}},
            )
        ]
    )
    found = list(arrays(columns))

    assert len(found) == 3 * 4 + 1 + 5 + 4 + 7 + 4
    assert not any(one.flags.writeable for one in found)


def test_facts_are_numbers_flags_and_words() -> None:
    given = [5, True, False, "berat", "ringan", "berat", None, 0, 1]
    column = load([Case(facts={} if one is None else {"f": one}) for one in given]).facts["f"]

    assert told(column) == {
        "kind": [1, 2, 2, 3, 3, 3, 0, 1, 1],
        "numbers": {
            "x": [5, 0, 0, 0, 0, 0, 0, 0, 1],
            "there": [True, False, False, False, False, False, False, True, True],
            "unit": 1,
            "wide": {},
        },
        "code": [0, 1, 0, 0, 1, 0, 0, 0, 0],
        "words": ("berat", "ringan"),
    }
    assert [column.at(at) for at in range(len(given))] == given
    assert [type(column.at(at)) for at in range(len(given))] == [type(one) for one in given]


def test_a_kind_of_fact_that_there_is_not_is_an_error() -> None:
    kind = np.array([4], np.int8)
    column = Facts(kind, Numbers(ints(0), bools(1), 1, {}), codes(0), ())

    with pytest.raises(ValueError, match=r"^no fact is of kind 4$"):
        column.at(0)


# Ratings.


def ratings(*rows: list[int]) -> dict[str, Any]:
    cases = [Case(ratings={"i": {"g": row}}) for row in rows]
    return told(load(cases).ratings["i"].groups["g"])


def test_ratings_lie_row_by_row_each_sorted() -> None:
    assert ratings([3, 1, 3], [], [2], [3, 2, -1]) == {
        "counts": [3, 0, 1, 3],
        "starts": [0, 3, 3, 4],
        "sums": [7, 0, 2, 4],
        "values": [1, 3, 3, 2, -1, 2, 3],
        "distinct": [-1, 1, 2, 3],
        "wide": {},
    }


@pytest.mark.parametrize(
    ("rows", "values", "wide"),
    [
        (([MOST],), [MOST], {}),
        (([MOST + 1],), [], {0: [MOST + 1]}),
        (([-MOST - 1], [5]), [5], {0: [-MOST - 1]}),
        (([MOST // 2, MOST // 2],), [MOST // 2, MOST // 2], {}),
        (([MOST // 2 + 1, MOST // 2 - 1],), [MOST // 2 - 1, MOST // 2 + 1], {}),
        (([4], [MOST // 2 + 1, -MOST // 2]), [4], {1: [MOST // 2 + 1, -MOST // 2]}),
        (([9, 8], [10**30, 1], [7, 6]), [8, 9, 6, 7], {1: [10**30, 1]}),
        # Too far apart for row and value in one number.
        (([MOST // 4, -MOST // 4], [7, -3], [], [], [2, 1]), [-MOST // 4, MOST // 4, -3, 7, 1, 2], {}),
        # The highest of one row lies beside the lowest of the next.
        (([3, 1], [2, 1], [3, 1]), [1, 3, 1, 2, 1, 3], {}),
        (([-1, -3], [-2, -3]), [-3, -1, -3, -2], {}),
    ],
)
def test_ratings_whose_sum_does_not_fit_wait(
    rows: tuple[list[int], ...], values: list[int], wide: dict[int, list[int]]
) -> None:
    found = ratings(*rows)
    kept = [0 if at in wide else len(row) for at, row in enumerate(rows)]

    assert (found["values"], found["wide"]) == (values, wide)
    assert found["counts"] == kept
    assert found["sums"] == [0 if at in wide else sum(row) for at, row in enumerate(rows)]
    columns = load([Case(ratings={"i": {"g": row}}) for row in rows]).ratings["i"].groups["g"]
    assert [sorted(columns.at(at)) for at in range(len(rows))] == [sorted(row) for row in rows]


@pytest.mark.parametrize(
    ("value", "bits"), [(2**31 - 1, 32), (2**31, 64), (-(2**31) + 1, 32), (-(2**31), 64), (2**40, 64)]
)
def test_ratings_are_kept_in_half_the_room_where_they_fit(value: int, bits: int) -> None:
    values = load([Case(ratings={"i": {"g": [value, 1]}})]).ratings["i"].groups["g"].values

    assert (values.dtype.itemsize * 8, sorted(values.tolist())) == (bits, sorted([value, 1]))


def test_ratings_off_a_scale_are_told_by_row() -> None:
    scale = Range("three", 1, 3, 1, None)
    cases = [Case(ratings={"i": {"g": row}}) for row in ([1, 3], [], [1, 4], [0], [2])]
    column = load(cases).ratings["i"].groups["g"]
    off = column.off(scale)

    assert off is not None
    assert off.tolist() == [False, False, True, True, False]
    assert column.off(Range("wide", 0, 4, 1, None)) is None
    assert load([Case(ratings={"i": {"g": []}})]).ratings["i"].groups["g"].off(scale) is None


def test_an_indicator_is_named_where_the_case_names_it() -> None:
    columns = load([Case(ratings={"i": {}}), Case(), Case(ratings={"i": {"g": [1]}, "j": {}})])

    assert columns.ratings["i"].given.tolist() == [True, False, True]
    assert columns.ratings["j"].given.tolist() == [False, False, True]
    assert columns.ratings["j"].groups == {}
    assert [columns.case(row).ratings for row in range(3)] == [{"i": {}}, {}, {"i": {"g": [1]}, "j": {}}]


# Items and answers.


def test_items_lie_one_after_another() -> None:
    columns = load(
        [
            Case(items={"skp": [Item(10, 5, "top", 3, "min"), Item(None, 7, "low", None, "max")]}),
            Case(),
            Case(items={"skp": [Item(20, None, None, 4), Item(1, 2, "top", priority="tambahan")]}),
        ]
    )

    assert told(columns.items["skp"]) == {
        "counts": [2, 0, 2],
        "starts": [0, 2, 2],
        "target": {"x": [10, 0, 20, 1], "there": [True, False, True, True], "unit": 1, "wide": {}},
        "actual": {"x": [5, 7, 0, 2], "there": [True, True, False, True], "unit": 1, "wide": {}},
        "weight": {"x": [3, 0, 4, 0], "there": [True, False, True, False], "unit": 1, "wide": {}},
        "level": [0, 1, -1, 0],
        "words": ("top", "low"),
        "less": [True, False, False, False],
        "additional": [False, False, False, True],
    }


def test_answers_lie_element_by_element() -> None:
    columns = load([Case(surveys={"s": {"u": SurveyElement(10, 3)}}), Case(surveys={"s": {"v": SurveyElement(0, 0)}})])

    assert told(columns.surveys["s"]["u"]) == {
        "sums": {"x": [10, 0], "there": [True, False], "unit": 1, "wide": {}},
        "n": {"x": [3, 0], "there": [True, False], "unit": 1, "wide": {}},
    }
    assert [columns.case(row).surveys for row in range(2)] == [
        {"s": {"u": SurveyElement(10, 3)}},
        {"s": {"v": SurveyElement(0, 0)}},
    ]


def test_some_and_sums_go_by_row_and_rows_may_hold_nothing() -> None:
    counts, starts = ints(0, 2, 0, 1, 0), ints(0, 0, 2, 2, 3)

    assert some(bools(0, 1, 0), counts, starts).tolist() == [False, True, False, False, False]
    assert some(bools(0, 0, 1), counts, starts).tolist() == [False, False, False, True, False]
    assert summed(ints(5, 7, 9), counts, starts).tolist() == [0, 12, 0, 9, 0]
    assert some(bools(), ints(0, 0), ints(0, 0)).tolist() == [False, False]
    assert summed(ints(), ints(0, 0), ints(0, 0)).tolist() == [0, 0]


# Columns of values.


def state(*cases: Case) -> EvaluationState:
    return EvaluationState(load(cases))


def test_a_value_that_is_not_there_is_zero() -> None:
    x, there, block = ints(5, 6, 7), bools(1, 0, 1), codes(0, 0, 2)

    assert told(present(x, there, None)) == {"x": [5, 0, 7], "there": [True, False, True], "block": None}
    assert told(present(x, there, block)) == {"x": [5, 0, 0], "there": [True, False, False], "block": [0, 0, 2]}
    assert told(present(x, bools(1, 1, 1), None)) == {"x": [5, 6, 7], "there": [True, True, True], "block": None}


def test_the_first_reason_of_a_row_stands() -> None:
    one, two = codes(0, 1, 0, 1), codes(2, 2, 0, 0)
    found = first([None, one, None, two])

    assert first([None, None]) is None
    assert found is not None
    assert found.tolist() == [2, 1, 0, 1]
    assert told(blocked(bools(1, 0, 1), 7, None)) == [7, 0, 7]
    assert told(blocked(bools(1, 0, 1), 7, codes(0, 3, 4))) == [7, 3, 4]
    assert blocked(bools(0, 0), 7, None) is None
    assert told(blocked(bools(0, 0), 7, codes(1, 0))) == [1, 0]


def test_each_reason_has_one_code_from_one_on() -> None:
    reasons = Reasons()
    a, b = Block("a", "first"), Block("b", "second")

    assert [reasons.code(one) for one in (a, b, a, b)] == [1, 2, 1, 2]
    assert reasons.all() == (a, b)


def test_bounds_hold_what_is_there_and_leave_what_is_not() -> None:
    x = ints(-5, 0, 5, 50)

    assert capped(x, None).tolist() == [-5, 0, 5, 50]
    assert capped(x, Bounds(1, None)).tolist() == [1, 1, 5, 50]
    assert capped(x, Bounds(None, 9)).tolist() == [-5, 0, 5, 9]
    assert capped(x, Bounds(1, 9)).tolist() == [1, 1, 5, 9]
    column = Column(ints(0, 0, 5, 50), bools(0, 1, 1, 1), codes(3, 0, 0, 0))
    assert told(bounded(column, Bounds(1, 9))) == {
        "x": [0, 1, 5, 9],
        "there": [False, True, True, True],
        "block": [3, 0, 0, 0],
    }
    assert bounded(column, None) is column


def test_a_fact_as_a_number_blocks_where_it_is_none() -> None:
    work = state(*(Case(facts={} if one is None else {"x": one}) for one in (5, True, False, "kata", "lain", None, 0)))
    found = work.micro("x", "indicators/i")

    assert told(found) == {
        "x": [5, 0, 0, 0, 0, 0, 0],
        "there": [True, False, False, False, False, False, True],
        "block": [0, 2, 1, 3, 4, 0, 0],
    }
    assert [block.reason for block in work.reasons.all()] == [
        "facts/x: False is not a number",
        "facts/x: True is not a number",
        "facts/x: 'kata' is not a number",
        "facts/x: 'lain' is not a number",
    ]
    assert [block.path for block in work.reasons.all()] == ["facts/x"] * 4
    assert work.micro("nowhere", "p").there.tolist() == [False] * 7
    assert state(Case(facts={"x": 5}), Case()).micro("x", "p").block is None


def test_numbers_by_a_unit_come_back_in_micro_or_leave_their_row() -> None:
    most = MOST // MICRO
    rows = (most * MICRO, (most + 1) * MICRO, 3 * MICRO, -most * MICRO, -(most + 1) * MICRO, 10**30)
    work = state(*(Case(facts={"x": x}) for x in rows))

    assert work.columns.facts["x"].numbers.unit == MICRO
    assert work.micro("x", "p").x.tolist() == [most * MICRO, 0, 3 * MICRO, -most * MICRO, 0, 0]
    assert work.left.rows.tolist() == [False, True, False, False, True, True]
    assert work.left.counts == {"p": 3}


@pytest.mark.parametrize(
    ("given", "unit", "x", "by"),
    [(30, 10, 3, 10), (35, 10, 35, 1), (-30, 10, -3, 10), (7, 1, 7, 1), (0, 100, 0, 100)],
)
def test_a_number_of_the_policy_is_taken_by_the_unit_that_divides_it(given: int, unit: int, x: int, by: int) -> None:
    found = state(Case(), Case()).taken(given, unit, "p")

    assert (told(found.column), found.unit) == ({"x": [x, x], "there": [True, True], "block": None}, by)


# The arithmetic.


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("half_up", [-3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3]),
        ("half_even", [-2, -2, -2, -1, 0, 0, 0, 1, 2, 2, 2]),
        ("floor", [-3, -2, -2, -1, -1, 0, 0, 1, 1, 2, 2]),
        ("ceil", [-2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 3]),
    ],
)
def test_halves_round_as_the_mode_says(mode: Rounding, wanted: list[int]) -> None:
    a = ints(*range(-5, 6))

    assert divided(a, 2, DIVIDE[mode]).tolist() == wanted
    assert divided(a, ints(*[2] * 11), DIVIDE[mode]).tolist() == wanted
    assert divided(-a, -2, DIVIDE[mode]).tolist() == wanted
    assert divided(-a, ints(*[-2] * 11), DIVIDE[mode]).tolist() == wanted
    assert divided(np.abs(a), 2, DIVIDE[mode]).tolist()[5:] == wanted[5:]


DIVISIONS = [
    (INT64, 1), (INT64, 2), (INT64, 3), (INT64, 10**6), (INT64, INT64), (INT64 - 1, INT64), (INT64 - 10, 20),
    (INT64 - 20, 20), (INT64 - 19, 20), (INT64 - 21, 20),
    (-INT64, 1), (-INT64, 2), (-INT64, 10**6), (-INT64, INT64), (MOST, MOST), (MOST, 3), (0, 7), (1, INT64),
    (INT64 // 2, INT64), (INT64 // 2 + 1, INT64), (5, 3), (4, 3), (-5, 3), (-4, 3), (7, 7), (1, 1), (-1, 1),
    (-1, 2), (-1, 4), (-1, 3),
]  # fmt: skip


@pytest.mark.parametrize("mode", DIVIDE)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_division_is_pythons_at_every_edge(mode: Rounding, sign: int) -> None:
    divide = DIVIDE[mode]
    for a, b in DIVISIONS:
        wanted = [divide(a, sign * b)]
        assert divided(ints(a), sign * b, divide).tolist() == wanted, (a, b)
        assert divided(ints(a), ints(sign * b), divide).tolist() == wanted, (a, b)
        # Beside others of the same sign, and of others.
        assert divided(ints(a, 5, 0), ints(sign * b, 2, 2), divide).tolist() == [*wanted, divide(5, 2), 0], (a, b)
        assert divided(ints(a, -7, 3), ints(sign * b, 2, -2), divide).tolist() == [
            *wanted, divide(-7, 2), divide(3, -2),
        ], (a, b)  # fmt: skip
    assert divided(ints(), 3, divide).tolist() == []
    assert divided(ints(), ints(), divide).tolist() == []


def test_what_is_divided_is_not_changed() -> None:
    a, b = ints(-5, 5), ints(-2, 2)
    for divide in (half_up, half_even, floor, ceil):
        divided(a, b, divide)
        divided(a, -2, divide)

    assert (a.tolist(), b.tolist()) == ([-5, 5], [-2, 2])


LIMIT = INT64 // PERCENT
"""The most that 100 x a in micro still fits for."""


@pytest.mark.parametrize("mode", DIVIDE)
@pytest.mark.parametrize(
    ("a", "b", "long"),
    [
        (LIMIT, 1, False),
        (LIMIT, 7, False),
        (-LIMIT, 7, False),
        (LIMIT + 1, 2, True),
        (-LIMIT - 1, 2, True),
        (LIMIT + 1, 3, True),
        (MOST, MOST, True),
        (3 * (MOST // 3) + 1, 3 * 10**10, True),
        # Divisors with room for 8, 4, 2 and 1 digits at a time.
        (INT64 // 10**8 * 5 + 3, INT64 // 10**8, True),
        (INT64 // 10**8 * 5 + 3, INT64 // 10**8 + 1, True),
        (INT64 // 10**4 - 2, INT64 // 10**4, True),
        (-(INT64 // 10**4) + 2, INT64 // 10**4 + 1, True),
        (INT64 // 10**2 * 7 + 5, INT64 // 10**2, True),
        (INT64 // 10**2 * 7 + 5, INT64 // 10**2 + 1, True),
        (INT64 // 10 - 1, INT64 // 10, True),
        (3 * (INT64 // 10) + 1, INT64 // 10, True),
        # One too large for as many, with as large a rest as there is.
        ((INT64 // 10**8 + 2) * 3 - 1, INT64 // 10**8 + 2, True),
        ((INT64 // 10**4 + 2) * 3 - 1, INT64 // 10**4 + 2, True),
        (-(INT64 // 10**4 + 2) * 3 + 1, INT64 // 10**4 + 2, True),
        ((INT64 // 10**2 + 2) * 3 - 1, INT64 // 10**2 + 2, True),
        # As large as a quotient may be.
        ((LIMIT - 1) * 3 + 2, 3, True),
        (-(LIMIT - 1) * 3, 3, True),
    ],
)
def test_a_percentage_is_pythons_by_short_and_by_long_division(mode: Rounding, a: int, b: int, long: bool) -> None:
    left = Fallback(4)
    # Beside a third, and ties above and below 0.
    found = left.percent(ints(a, 1, 1, -1), ints(b, 3, 512, 512), DIVIDE[mode], "here")

    ties = [DIVIDE[mode](PERCENT, 512), DIVIDE[mode](-PERCENT, 512)]
    assert found.tolist() == [DIVIDE[mode](PERCENT * a, b), DIVIDE[mode](PERCENT, 3), *ties]
    assert (left.rows.tolist(), left.counts, left.long) == ([False] * 4, {}, {"here"} if long else set())


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1 << 61, INT64 // 10 + 1),  # no room for one digit
        (5, INT64 // 10 + 1),
        (LIMIT * 3 + 1, 3),  # the quotient does not fit
        (-LIMIT * 3 - 1, 3),
        (MOST, 1),
    ],
)
def test_a_percentage_that_does_not_fit_leaves_its_row_and_no_other(a: int, b: int) -> None:
    left = Fallback(3)
    found = left.percent(ints(LIMIT + 1, a, 1), ints(3, b, 8), half_up, "here")

    assert left.rows.tolist() == [False, True, False]
    assert left.counts == {"here": 1}
    assert [found[0], found[2]] == [half_up(PERCENT * (LIMIT + 1), 3), PERCENT // 8]


def test_what_exceeds_a_limit_is_left_and_zero() -> None:
    left = Fallback(5)

    assert left.within(ints(10, 11, -10, -11, 0), 10, "first").tolist() == [10, 0, -10, 0, 0]
    assert left.rows.tolist() == [False, True, False, True, False]
    assert left.within(ints(1, 99, 99, 0, 0), 10, "second").tolist() == [1, 0, 0, 0, 0]
    assert left.within(ints(10, -10, 1, 0, 0), 10, "third").tolist() == [10, -10, 1, 0, 0]
    # Each row is counted where it was left first.
    assert left.counts == {"first": 2, "second": 1}
    left.leave_few(ints(0, 1), "second")
    left.leave_few(ints(0), "fourth")
    assert (left.counts, left.rows.tolist()) == ({"first": 2, "second": 2}, [True, True, True, True, False])
    left.count("first", 0)
    left.count("fifth", 3)
    left.count("fifth", 2)
    assert left.counts == {"first": 2, "second": 2, "fifth": 5}


def test_the_largest_magnitude_of_a_column() -> None:
    assert [most(ints(*x)) for x in ((), (0,), (3, -7), (7, -3), (-MOST,))] == [0, 0, 7, 7, MOST]


def test_products_that_do_not_fit_are_one_and_told() -> None:
    factors = [ints(3, MOST, 2**31, -(2**40), 0, 5), ints(-5, 1, 2**31, 2**40, MOST, MOST), ints(2, -1, 1, 7, MOST, 2)]
    found, wide = multiplied(factors)

    assert found.tolist() == [-30, -MOST, MOST, 1, 0, 1]
    assert wide.tolist() == [False, False, False, True, False, True]
    assert [one.tolist() for one in multiplied([ints(4), ints(5)])] == [[20], [False]]


def test_columns_of_nobody() -> None:
    assert told(load([])) == told(Columns(0, {}, {}, {}, {}))
