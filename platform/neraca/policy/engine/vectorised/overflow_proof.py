"""Which arithmetic each step of a plan needs: what its declared bounds prove, and where a number could be too large."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, cast

from msgspec import Struct

from neraca.domain.case import MICRO, Micro
from neraca.policy.compiled.combination import Fold, Mean, Product
from neraca.policy.compiled.compilation import CompiledPolicy, CompiledStep, IndicatorStep, NodeStep
from neraca.policy.compiled.methods.banded import BandedStep
from neraca.policy.compiled.methods.deduction import DeductionStep
from neraca.policy.compiled.methods.index import IndexStep
from neraca.policy.compiled.methods.inverse import InverseStep
from neraca.policy.compiled.methods.items import ItemsStep
from neraca.policy.compiled.methods.rated import RatedStep
from neraca.policy.compiled.methods.ratio import RatioStep
from neraca.policy.compiled.methods.survey_index import SurveyStep
from neraca.policy.compiled.methods.table import TableStep
from neraca.policy.compiled.step import Bounds, Measuring
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST, PERCENT
from neraca.policy.numbers import text

Kind: TypeAlias = Literal["int64", "reduced", "python ints"]


class Proof(Struct, frozen=True):
    """`limit` is the magnitude of inputs (micro) up to which int64 serves; None where no case can exceed it. A row with
    a larger one, or with a result int64 can't hold, goes to Python ints and never through an overflow. `rows` is how
    many did, where there are data.
    """

    path: str
    kind: Kind
    why: str
    limit: Micro | None = None
    rows: int = 0


class Interval(Struct, frozen=True):
    """What a value stays within; None where nothing in the policy bounds it."""

    low: Micro | None = None
    high: Micro | None = None

    @property
    def most(self) -> Micro | None:
        return None if self.low is None or self.high is None else max(abs(self.low), abs(self.high))

    def within(self, cap: Bounds | None) -> "Interval":
        if cap is None:
            return self
        low, high = self.low, self.high
        if cap.low is not None:
            low = cap.low if low is None else max(low, cap.low)
            high = None if high is None else max(high, cap.low)
        if cap.high is not None:
            high = cap.high if high is None else min(high, cap.high)
            low = None if low is None else min(low, cap.high)
        return Interval(low, high)


def proof(plan: CompiledPolicy) -> tuple[Proof, ...]:
    """What the plan alone proves, step by step; `EvaluationResults.proof` says what given data asked for."""
    found: list[Proof] = []
    intervals: list[Interval] = []
    for step in plan.steps:
        one, span = proved(step, intervals)
        found.append(one)
        intervals.append(span)
    return tuple(found)


def with_data(plan: CompiledPolicy, left: Mapping[str, int], long: Iterable[str]) -> tuple[Proof, ...]:
    """`left` counts rows by path, `long` are the paths that took long division."""
    found = {one.path: Proof(one.path, "int64", "every number of these data fits", one.limit) for one in proof(plan)}
    for path in long:
        why = "products do not fit; the common factor is divided out and the division is long"
        found[path] = Proof(path, "reduced", why, found[path].limit)
    for path, rows in left.items():
        if rows:
            limit = found[path].limit if path in found else None
            found[path] = Proof(path, "python ints", "rows with a number too large for int64", limit, rows)
    return tuple(found.values())


def beyond_int64(compiled: object) -> bool:
    """Whether a number written in the policy itself is too large."""
    if isinstance(compiled, int):
        return abs(compiled) > MOST
    if isinstance(compiled, Struct):
        return any(beyond_int64(getattr(compiled, name)) for name in compiled.__struct_fields__)
    if isinstance(compiled, tuple):
        return any(map(beyond_int64, cast(tuple[Any, ...], compiled)))
    if isinstance(compiled, dict):
        return any(map(beyond_int64, cast(dict[Any, Any], compiled).values()))
    return False


def proved(step: CompiledStep, intervals: list[Interval]) -> tuple[Proof, Interval]:
    if beyond_int64(step):
        return Proof(step.path, "python ints", "a number in the policy is beyond int64: every row", 0), Interval()
    if isinstance(step, NodeStep):
        return node(step, intervals)
    one, span = measure(step)
    return one, span.within(step.cap)


def node(step: NodeStep, intervals: list[Interval]) -> tuple[Proof, Interval]:
    one = step.combining
    if isinstance(one, Product):
        why = "common factors are divided out; products above the limit take Python ints for this step"
        return Proof(step.path, "reduced", why, MOST), Interval().within(one.clamp)
    inside = [intervals[child.at] for child in one.children]
    extra = [Interval(0, 0)] if any(child.missing == "zero" for child in one.children) else []
    lows, highs = [span.low for span in [*inside, *extra]], [span.high for span in [*inside, *extra]]
    if isinstance(one, Mean):
        limit = INT64 // max(1, sum(abs(child.weight) for child in one.children))
    else:
        limit = MOST // max(1, len(inside))
    if isinstance(one, Fold) and one.formula == "sum":
        span = Interval(
            total([None if x is None else min(x, 0) for x in lows]),
            total([None if x is None else max(x, 0) for x in highs]),
        )
    else:
        span = Interval(
            None if (found := every(lows)) is None else min(found),
            None if (found := every(highs)) is None else max(found),
        )
    most = [span.most for span in inside]
    known = [x for x in most if x is not None]
    if len(known) == len(most) and max(known) <= limit:
        why = f"its children stay within {text(max(known))}; int64 holds up to {text(limit)}"
        return Proof(step.path, "int64", why), span.within(one.clamp)
    open_ = ", ".join(child.name for child, x in zip(one.children, most, strict=True) if x is None or x > limit)
    return (
        Proof(step.path, "int64", f"as long as {open_} stay within {text(limit)}", limit),
        span.within(one.clamp),
    )


def every(values: list[Micro | None]) -> list[Micro] | None:
    """All of them, or None where one is open."""
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def total(values: list[Micro | None]) -> Micro | None:
    known = every(values)
    return None if known is None else sum(known)


def measure(step: IndicatorStep) -> tuple[Proof, Interval]:
    one: Measuring = step.measuring
    match one:
        case RatedStep():
            return rated(one)
        case RatioStep() | InverseStep():
            direct = text(INT64 // PERCENT)
            why = f"above {direct} the common factor is divided out and the division is long"
            return Proof(step.path, "reduced", why, INT64 // 10), Interval()
        case BandedStep():
            scores = [score for _, score in one.bands]
            return Proof(step.path, "int64", "compared, never multiplied", MOST), Interval(min(scores), max(scores))
        case IndexStep():
            return Proof(step.path, "int64", "taken as given", MOST), Interval()
        case SurveyStep():
            limit = INT64 // max(1, abs(one.factor))
            return Proof(step.path, "int64", f"as long as the element means add up to {text(limit)}", limit), Interval()
        case DeductionStep():
            limit = MOST // max(1, *(abs(points) for _, points in one.events))
            return Proof(step.path, "int64", f"as long as each count is at most {text(limit)}", limit), Interval()
        case ItemsStep():
            return items(one)
        case TableStep():
            values = [*one.values.values()]
            return Proof(step.path, "int64", "looked up, never multiplied"), Interval(min(values), max(values))
        case _:
            return Proof(step.path, "python ints", "this measure has no kernel: every row", 0), Interval()


def rated(step: RatedStep) -> tuple[Proof, Interval]:
    groups = step.panel.groups
    scales = [group.onto or group.scale for group in groups]
    low, high = min(scale.low for scale in scales), max(scale.high for scale in scales)
    if any(group.missing == "zero" for group in groups):
        low, high = min(low, 0), max(high, 0)
    limit = INT64 // max(1, sum(abs(group.weight) for group in groups))
    mapped = max(
        [(group.onto.high - group.onto.low) * (group.scale.high - group.scale.low) for group in groups if group.onto],
        default=0,
    )
    if max(abs(low), abs(high)) <= limit and mapped <= INT64:
        why = f"ratings stay on a scale within {text(low)} to {text(high)}; int64 holds up to {text(limit)}"
        return Proof(step.path, "int64", why), Interval(low, high)
    return Proof(step.path, "int64", f"as long as group means stay within {text(limit)}", limit), Interval(low, high)


def items(step: ItemsStep) -> tuple[Proof, Interval]:
    if step.levels is None:
        why = f"above {text(INT64 // PERCENT)} the common factor is divided out and the division is long"
        return Proof(step.path, "reduced", why, INT64 // 10), Interval().within(step.cap)
    worth = [*step.levels.values(), 0]
    span = Interval(min(worth), max(worth)).within(step.cap)
    if not step.declared:
        return Proof(step.path, "int64", "levels stay on their scale, each weighs the same"), span
    limit = INT64 // max(MICRO, span.most or 0)
    return Proof(step.path, "int64", f"as long as the weights add up to {text(limit)}", limit), span
