"""Which arithmetic each step of a plan needs: what its declared bounds prove, and where a number could be too large."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.compiled.combination import Mean, Product
from neraca.policy.compiled.compilation import CompiledPolicy, CompiledStep, IndicatorStep, NodeStep
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST
from neraca.policy.engine.vectorised.measures import KERNELS
from neraca.policy.engine.vectorised.proofs import Proof
from neraca.policy.interval import Interval
from neraca.policy.numbers import text


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
    # A zero put for what is missing adds nothing to a magnitude, and no more is asked of an interval here.
    lows, highs = [span.low for span in inside], [span.high for span in inside]
    if isinstance(one, Mean):
        limit = INT64 // max(1, sum(abs(child.weight) for child in one.children))
    else:
        limit = MOST // len(inside)
    if one.formula == "sum":
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
    kernel = KERNELS.get(type(step.measuring))
    if kernel is None:
        return Proof(step.path, "python ints", "this measure has no kernel: every row", 0), Interval()
    return kernel.proof(step.measuring)
