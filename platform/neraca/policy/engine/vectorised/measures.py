"""The measures over columns: each says in int64 what its file in `methods` says of one case."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from neraca.domain.case import MICRO, Micro
from neraca.policy.compiled.classification import spoken
from neraca.policy.compiled.methods.banded import BandedStep
from neraca.policy.compiled.methods.deduction import DeductionStep
from neraca.policy.compiled.methods.index import IndexStep
from neraca.policy.compiled.methods.inverse import InverseStep
from neraca.policy.compiled.methods.items import MET, ItemsStep, standards_interval
from neraca.policy.compiled.methods.majority import MajorityStep
from neraca.policy.compiled.methods.number import no_target
from neraca.policy.compiled.methods.rated import RatedStep
from neraca.policy.compiled.methods.ratio import RatioStep
from neraca.policy.compiled.methods.survey_index import SurveyStep
from neraca.policy.compiled.methods.table import TableStep
from neraca.policy.compiled.result import Block
from neraca.policy.compiled.step import Bounds, Measuring
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST, PERCENT, Bools, Codes, Fallback, Ints, divided, most
from neraca.policy.engine.vectorised.evaluation_state import (
    Column,
    EvaluationState,
    Operand,
    blocked,
    capped,
    first,
    present,
)
from neraca.policy.engine.vectorised.layout import ABSENT, FLAG, NUMBER, WORD, Items, some, summed
from neraca.policy.engine.vectorised.panels import rated
from neraca.policy.engine.vectorised.proofs import Proof
from neraca.policy.interval import Interval, hull
from neraca.policy.numbers import Divide, text

ORDINARY = 10_000 * MICRO
"""No one weighs a planned result by more; a row that does is left if sums would not fit otherwise."""


class Kernel(Struct, frozen=True):
    """How a step is measured over columns, and the proof that int64 holds it, with how far its value can go."""

    columns: Callable[[Any, EvaluationState], Column]
    proof: Callable[[Any], tuple[Proof, Interval]]


def measured(step: Measuring, work: EvaluationState) -> Column | None:
    """None for a measure that has no kernel here: the explaining engine then takes every row."""
    kernel = KERNELS.get(type(step))
    return None if kernel is None else kernel.columns(step, work)


def ratio(step: RatioStep, work: EvaluationState) -> Column:
    actual = work.number(step.actual, step.path)
    target = work.taken(step.target, actual.unit, step.path)
    a, b = alike(actual, target, work, step.path)
    block = first([actual.column.block, target.column.block])
    there = actual.column.there & target.column.there
    block = blocked(there & (b == 0), work.reasons.code(no_target(step.path, str(step.target))), block)
    return percentage(a, b, there, block, step.divide, work.left, step.path)


def inverse(step: InverseStep, work: EvaluationState) -> Column:
    actual = work.number(step.actual, step.path)
    target = work.taken(step.target, actual.unit, step.path)
    a, b = alike(actual, target, work, step.path)
    block = first([actual.column.block, target.column.block])
    there = actual.column.there & target.column.there
    block = blocked(there & (b == 0), work.reasons.code(no_target(step.path, str(step.target))), block)
    if step.linear:
        return percentage(remaining(a, b, work.left, step.path), b, there, block, step.divide, work.left, step.path)
    zero = there & (a == 0)
    if step.best is None:
        unsaid = f"{step.path}: facts/{step.actual} is 0 and no cap/max says what that is worth"
        block = blocked(zero, work.reasons.code(Block(step.path, unsaid)), block)
    found = percentage(b, a, there, block, step.divide, work.left, step.path)
    if step.best is None or not zero.any():
        return found
    return present(np.where(zero, np.int64(step.best), found.x), there, block)


def alike(actual: Operand, target: Operand, work: EvaluationState, path: str) -> tuple[Ints, Ints]:
    """Both in the smaller of their units, which cancels."""
    unit = min(actual.unit, target.unit)
    a = work.left.scaled(actual.column.x, actual.unit // unit, path)
    return a, work.left.scaled(target.column.x, target.unit // unit, path)


def remaining(actual: Ints, target: Ints, left: Fallback, path: str) -> Ints:
    """max(2 x target - actual, 0)"""
    a, b = left.within(actual, MOST // 2, path), left.within(target, MOST // 2, path)
    return np.maximum(2 * b - a, np.int64(0))


def percentage(
    a: Ints, b: Ints, there: Bools, block: Codes | None, divide: Divide, left: Fallback, path: str
) -> Column:
    """100 x a / b; where either is missing or b is 0, what is there decides."""
    real = there & (b != 0)
    a, b = np.where(real, a, np.int64(0)), np.where(real, b, np.int64(1))
    if a.size and int(b.min()) < 0:
        a, b = np.where(b < 0, -a, a), np.abs(b)
    return present(left.percent(a, b, divide, path), there, block)


def index(step: IndexStep, work: EvaluationState) -> Column:
    return work.micro(step.fact, step.path)


def banded(step: BandedStep, work: EvaluationState) -> Column:
    given = work.number(step.fact, step.path)
    none = step.score(-INT64 * MICRO) if all(low is not None for low, _ in step.bands) else None
    x: Ints = np.zeros(work.size, np.int64)
    reached: Bools = np.zeros(work.size, np.bool_)
    for low, score in reversed(step.bands):
        takes = np.ones(work.size, np.bool_) if low is None else given.column.x >= -(-low // given.unit)
        x = np.where(takes, np.int64(score), x)
        reached |= takes
    block = given.column.block
    if isinstance(none, Block):
        block = blocked(given.column.there & ~reached, work.reasons.code(none), block)
    return present(x, given.column.there, block)


def survey(step: SurveyStep, work: EvaluationState) -> Column:
    answers = work.columns.surveys.get(step.survey, {})
    total: Ints = np.zeros(work.size, np.int64)
    there: Bools = np.ones(work.size, np.bool_)
    for name in step.elements:
        element = answers.get(name)
        if element is None:
            return work.nothing()
        sums, n = work.whole(element.sums, step.path), work.whole(element.n, step.path)
        there = there & element.sums.there & (n >= step.least)
        mean = divided(sums, np.where(there, n, np.int64(1)), step.divide)
        total = total + work.left.within(mean, MOST // len(step.elements), step.path)
    total = work.left.within(np.where(there, total, np.int64(0)), INT64 // max(1, abs(step.factor)), step.path)
    return present(divided(total * step.factor, len(step.elements) * MICRO, step.divide), there, None)


def deduction(step: DeductionStep, work: EvaluationState) -> Column:
    counts = [work.micro(name, step.path) for name, _ in step.events]
    left: Ints = np.full(work.size, step.start, np.int64)
    there: Bools = np.ones(work.size, np.bool_)
    for (_, points), count in zip(step.events, counts, strict=True):
        there = there & count.there
        lost = work.left.within(count.x, MOST // max(1, abs(points)), step.path) * points
        left = left - divided(lost, MICRO, step.divide)
    return present(work.left.within(left, MOST, step.path), there, first(count.block for count in counts))


def table(step: TableStep, work: EvaluationState) -> Column:
    fact = work.columns.facts.get(step.fact)
    silent = None if step.unwritten is None else step.values.get(step.unwritten)
    if fact is None:
        if silent is None:
            return work.nothing()
        return present(np.full(work.size, silent, np.int64), np.ones(work.size, np.bool_), None)
    worth = np.array([*(step.values.get(word, 0) for word in fact.words), 0], np.int64)
    known = np.array([*(word in step.values for word in fact.words), False], np.bool_)
    place = np.where(fact.kind == WORD, fact.code, np.int32(-1))
    block: Codes | None = None
    if np.any((fact.kind != ABSENT) & (fact.kind != WORD)):
        number = work.whole(fact.numbers, step.path)
        for kind in (NUMBER, FLAG):
            rows = fact.kind == kind
            given = number if kind == NUMBER else fact.code
            for value in np.unique(given[rows]).tolist():
                said = spoken(value if kind == NUMBER else bool(value))
                reason = Block(f"facts/{step.fact}", f"facts/{step.fact}: {said} is not a word")
                block = blocked(rows & (given == value), work.reasons.code(reason), block)
    worth, known = worth[place], known[place]
    if silent is not None:
        absent = fact.kind == ABSENT
        worth, known = np.where(absent, np.int64(silent), worth), known | absent
    return present(worth, known, block)


def items(step: ItemsStep, work: EvaluationState) -> Column:
    given = work.columns.items.get(step.given)
    if given is None:
        return work.nothing()
    left = Fallback(given.level.size)
    x, known, wrong, why = (levels if step.levels is not None else ratios)(step, given, left)
    if step.declared:
        known = known & given.weight.there
    w = weights(given, left, x, step.path) if step.declared else None
    total, heavy = weighed(x, w, given, left, step.path)
    if left.rows.any():
        work.left.leave(some(left.rows, given.counts, given.starts), step.path)
    if left.long:
        work.left.long.add(step.path)

    enough = given.counts >= step.least
    there = enough & ~some(~known, given.counts, given.starts) & (heavy > 0)
    block = None
    if wrong.any():
        block = refused(wrong, given, enough, why, work)
    value = divided(np.where(there, total, np.int64(0)), np.where(there, heavy, np.int64(1)), step.divide)
    return present(value, there, block)


def majority(step: MajorityStep, work: EvaluationState) -> Column:
    given = work.columns.items.get(step.given)
    if given is None:
        return work.nothing()
    x, known, wrong, why = worded(step.levels, None, given, step.given)
    enough = given.counts >= step.least
    there = enough & ~some(~known, given.counts, given.starts)
    block = refused(wrong, given, enough, why, work) if wrong.any() else None
    if not step.levels:
        # None can be known then: each item blocks or is missing.
        return Column(np.zeros(work.size, np.int64), np.zeros(work.size, np.bool_), block)
    lowest, between, highest = step.ladder
    main = ~given.additional
    value: Ints = np.full(work.size, between, np.int64)
    # The main results decide last, over what all of them together would have said.
    for counted in (np.ones(main.size, np.bool_), main):
        of = summed(counted.astype(np.int64), given.counts, given.starts)
        for level in dict.fromkeys(step.levels.values()):
            have = summed((counted & (x == level)).astype(np.int64), given.counts, given.starts)
            value = np.where(2 * have > of, np.int64(level), value)
    sunk = (value == highest) & some(main & (x == lowest), given.counts, given.starts)
    return present(np.where(sunk, np.int64(between), value), there, block)


Named: TypeAlias = tuple[Ints, Bools, Bools, Callable[[int, int], Block]]
"""Value, whether it is known, whether it blocks, and why, of every item."""


def levels(step: ItemsStep, given: Items, left: Fallback) -> Named:
    return worded(step.levels or {}, step.cap, given, step.given)


def worded(known: Mapping[str, Micro], cap: Bounds | None, given: Items, source: str) -> Named:
    """The items of a list by the numbers of their words."""
    worth = np.array([*(known.get(word, 0) for word in given.words), 0], np.int64)
    sound = np.array([*(word in known for word in given.words), True], np.bool_)

    def why(at: int, place: int) -> Block:
        where, word = f"items/{source}/{place}", given.words[int(given.level[at])]
        return Block(where, f"{where}: no level {word!r}; there are {', '.join(known)}")

    some_level = given.level >= 0
    x = capped(worth[given.level], cap)
    return np.where(some_level, x, np.int64(0)), some_level, ~sound[given.level], why


def ratios(step: ItemsStep, given: Items, left: Fallback) -> Named:
    for numbers in (given.actual, given.target):
        left.leave_few(np.fromiter(numbers.wide, np.int64), step.path)
    unit = min(given.actual.unit, given.target.unit)
    a = left.scaled(given.actual.x, given.actual.unit // unit, step.path)
    b = left.scaled(given.target.x, given.target.unit // unit, step.path)
    known = given.actual.there & given.target.there
    less, nothing, met = given.less, b == 0, a <= 0
    if less.any():
        a = np.where(less, remaining(a, b, left, step.path), a)
    x = percentage(a, b, known, None, step.divide, left, step.path).x
    x = np.where(less & nothing, np.where(met, np.int64(MET), np.int64(0)), x)
    if step.standards:
        x = by_standards(step, x)

    def why(at: int, place: int) -> Block:
        where = f"items/{step.given}/{place}"
        return Block(where, f"{where}: the target is 0, so nothing can be measured against it")

    return np.where(known, capped(x, step.cap), np.int64(0)), known, known & nothing & ~less, why


def by_standards(step: ItemsStep, achieved: Ints) -> Ints:
    """Each achievement by the highest category that it reaches. Within its category it is no larger than the policy's
    own numbers, so that a product fits; what is in another one is not looked at.
    """
    x: Ints = np.zeros(achieved.size, np.int64)
    above: Micro | None = None
    taken: Bools = np.zeros(achieved.size, np.bool_)
    for place, one in enumerate(step.standards):
        here = ~taken if place == len(step.standards) - 1 else ~taken & (achieved >= one.low)
        if one.until == one.low:
            x = np.where(here, np.int64(one.score), x)
        else:
            within_it = np.clip(achieved, one.low, one.until if above is None else above)
            rise = divided((within_it - one.low) * (one.reach - one.score), one.until - one.low, step.divide)
            x = np.where(here, one.score + rise, x)
        taken |= here
        above = one.low
    return x


def weights(given: Items, left: Fallback, x: Ints, path: str) -> Ints:
    """In micro; where sums of ordinary weights would not fit beside an extraordinary one, its row is left."""
    numbers = given.weight
    left.leave_few(np.fromiter(numbers.wide, np.int64), path)
    w = left.scaled(numbers.x, numbers.unit, path)
    if most(w) * max(1, most(x)) * most(given.counts) > INT64:
        w = left.within(w, ORDINARY, path)
    return w


def weighed(x: Ints, w: Ints | None, given: Items, left: Fallback, path: str) -> tuple[Ints, Ints]:
    """By row, the sum of weight x value and the sum of weights. Equal weights are 1 each."""
    room = INT64 // max(1, most(given.counts))
    if w is None:
        return summed(left.within(x, room, path), given.counts, given.starts), given.counts
    x = left.within(x, room // max(1, most(w)), path)
    return summed(w * x, given.counts, given.starts), summed(w, given.counts, given.starts)


def refused(
    wrong: Bools, given: Items, enough: Bools, why: Callable[[int, int], Block], work: EvaluationState
) -> Codes:
    """The first item of a row that can't be judged."""
    block: Codes = np.zeros(work.size, np.int32)
    flat = np.flatnonzero(wrong)
    rows = np.searchsorted(given.starts + given.counts, flat, side="right")
    for at, row in zip(flat.tolist(), rows.tolist(), strict=True):
        if enough[row] and not block[row]:
            block[row] = work.reasons.code(why(at, at - int(given.starts[row])))
    return block


def rated_proof(step: RatedStep) -> tuple[Proof, Interval]:
    groups = step.panel.groups
    # Every group is mapped onto the same ends.
    scale = groups[0].onto or groups[0].scale
    low, high = scale.low, scale.high
    if any(group.missing == "zero" for group in groups):
        low, high = min(low, 0), max(high, 0)
    limit = INT64 // max(1, sum(abs(group.weight) for group in groups))
    mapped = all(
        (group.onto.high - group.onto.low) * (group.scale.high - group.scale.low) <= INT64
        for group in groups
        if group.onto
    )
    if max(abs(low), abs(high)) <= limit and mapped:
        why = f"ratings stay on a scale within {text(low)} to {text(high)}; int64 holds up to {text(limit)}"
        return Proof(step.path, "int64", why), Interval(low, high)
    return Proof(step.path, "int64", f"as long as group means stay within {text(limit)}", limit), Interval(low, high)


def items_proof(step: ItemsStep) -> tuple[Proof, Interval]:
    if step.levels is None:
        why = f"above {text(INT64 // PERCENT)} the common factor is divided out and the division is long"
        span = standards_interval(step.standards) if step.standards else Interval()
        return Proof(step.path, "reduced", why, INT64 // 10), span.within(step.cap)
    worth = [*step.levels.values(), 0]
    span = Interval(min(worth), max(worth)).within(step.cap)
    if not step.declared:
        return Proof(step.path, "int64", "levels stay on their scale, each weighs the same"), span
    limit = INT64 // max(MICRO, span.most or 0)
    return Proof(step.path, "int64", f"as long as the weights add up to {text(limit)}", limit), span


def percentage_proof(step: RatioStep | InverseStep) -> tuple[Proof, Interval]:
    why = f"above {text(INT64 // PERCENT)} the common factor is divided out and the division is long"
    return Proof(step.path, "reduced", why, INT64 // 10), Interval()


def banded_proof(step: BandedStep) -> tuple[Proof, Interval]:
    return Proof(step.path, "int64", "compared, never multiplied", MOST), hull(score for _, score in step.bands)


def index_proof(step: IndexStep) -> tuple[Proof, Interval]:
    return Proof(step.path, "int64", "taken as given", MOST), Interval()


def survey_proof(step: SurveyStep) -> tuple[Proof, Interval]:
    limit = INT64 // max(1, abs(step.factor))
    return Proof(step.path, "int64", f"as long as the element means add up to {text(limit)}", limit), Interval()


def deduction_proof(step: DeductionStep) -> tuple[Proof, Interval]:
    limit = MOST // max(1, *(abs(points) for _, points in step.events))
    return Proof(step.path, "int64", f"as long as each count is at most {text(limit)}", limit), Interval()


def table_proof(step: TableStep) -> tuple[Proof, Interval]:
    return Proof(step.path, "int64", "looked up, never multiplied"), hull(step.values.values())


def majority_proof(step: MajorityStep) -> tuple[Proof, Interval]:
    return Proof(step.path, "int64", "counted, never multiplied"), hull(step.levels.values())


KERNELS: dict[type, Kernel] = {
    RatedStep: Kernel(rated, rated_proof),
    RatioStep: Kernel(ratio, percentage_proof),
    InverseStep: Kernel(inverse, percentage_proof),
    BandedStep: Kernel(banded, banded_proof),
    IndexStep: Kernel(index, index_proof),
    SurveyStep: Kernel(survey, survey_proof),
    DeductionStep: Kernel(deduction, deduction_proof),
    ItemsStep: Kernel(items, items_proof),
    MajorityStep: Kernel(majority, majority_proof),
    TableStep: Kernel(table, table_proof),
}
"""By the step that a method compiles to."""
