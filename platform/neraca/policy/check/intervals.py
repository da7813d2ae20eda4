"""How far each indicator and node of a policy can go: interval arithmetic over its measures, caps and weights.

A span may be wider than what can happen, never narrower: what lies outside it is certainly never reached.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from msgspec import Struct

from neraca.domain.case import MICRO, Micro
from neraca.policy.compiled.step import bounds
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.model import Cap, Node, Policy
from neraca.policy.numbers import micro


def intervals(policy: Policy) -> Mapping[str, Interval]:
    """Every indicator and node by name. What is wrong in itself goes anywhere: that is found elsewhere."""
    found = {name: cut(one.measure.interval(policy), one.cap) for name, one in policy.indicators.items()}

    def reach(name: str, above: frozenset[str]) -> Interval:
        # A circle is found elsewhere; here it must only come to an end.
        if name not in found and name in policy.nodes and name not in above:
            node = policy.nodes[name]
            found[name] = combined(policy, node, {child: reach(child, above | {name}) for child in node.of})
        return found.get(name, ANYWHERE)

    for name in policy.nodes:
        reach(name, frozenset())
    return found


def cut(span: Interval, cap: Cap) -> Interval:
    """What a cap leaves of it."""
    return span.within(bounds(cap))


def always_there(policy: Policy, child: str, span: Interval) -> bool:
    """Whether the child's weight counts in every appraisal that is not blocked."""
    one = policy.indicators.get(child) or policy.nodes.get(child)
    return one is not None and (not span.lacking or one.missing != "renormalise")


def combined(policy: Policy, node: Node, children: Mapping[str, Interval]) -> Interval:
    terms: list[_Term] = []
    for child, weight in node.of.items():
        span, one = children[child], policy.indicators.get(child) or policy.nodes.get(child)
        if span.lacking and one is not None and one.missing == "zero":
            span = Interval(*_with_zero(span))
        terms.append(_Term(micro(weight), span.low, span.high, always_there(policy, child, children[child])))
    lacking = not any(term.always for term in terms)
    match node.combine:
        case "weighted_mean" | "mean":
            weighing = [term for term in terms if term.weight > 0]
            low = _least_mean([(t.weight, t.low, t.always) for t in weighing])
            high = _least_mean([(t.weight, _minus(t.high), t.always) for t in weighing])
            span = Interval(low, _minus(high), lacking)
        case "sum":
            ends = [(t.low, t.high) if t.always else _with_zero(t) for t in terms]
            span = Interval(_total([low for low, _ in ends]), _total([high for _, high in ends]), lacking)
        case "product":
            span = Interval(*_product(terms), lacking)
        case "min" | "max":
            span = _extreme(terms, least=node.combine == "min", lacking=lacking)
        case _:
            assert_never(node.combine)
    return cut(span, node.clamp) if terms else ANYWHERE


class _Term(Struct, frozen=True):
    weight: Micro
    low: Micro | None
    high: Micro | None
    always: bool


def _least_mean(terms: list[tuple[Micro, Micro | None, bool]]) -> Micro | None:
    """The least mean that any of the children that may be left out can give with those that can't."""
    lows = [low for _, low, _ in terms]
    known = [low for low in lows if low is not None]
    if not known or len(known) < len(lows):
        return None
    total = sum(weight * low for weight, low, always in terms if always and low is not None)
    weights = sum(weight for weight, _, always in terms if always)
    if not weights:
        return min(known)
    # The lowest first: each below the mean so far pulls it down, and after the first that does not none can.
    for weight, low, always in sorted(terms, key=lambda term: term[1] or 0):
        if not always and low is not None and low * weights < total:
            total, weights = total + weight * low, weights + weight
    return total // weights


def _extreme(terms: list[_Term], *, least: bool, lacking: bool) -> Interval:
    """Of `max`; of `min` it is the same upside down."""
    if least:
        turned = _extreme(
            [_Term(t.weight, _minus(t.high), _minus(t.low), t.always) for t in terms], least=False, lacking=lacking
        )
        return Interval(_minus(turned.high), _minus(turned.low), lacking)
    sure = [t.low for t in terms if t.always and t.low is not None]
    lows, highs = [t.low for t in terms if t.low is not None], [t.high for t in terms if t.high is not None]
    low = max(sure) if sure else min(lows) if len(lows) == len(terms) else None
    return Interval(low, max(highs) if len(highs) == len(terms) else None, lacking)


def _product(terms: list[_Term]) -> tuple[Micro | None, Micro | None]:
    """Of factors that are none below 0; a factor that may be left out counts 1."""
    low, high = Fraction(1), Fraction(1) if terms else None
    for term in terms:
        if term.weight <= 0 or term.low is None or term.low < 0:
            return None, None
        least = Fraction(term.low, term.weight)
        low *= least if term.always else min(least, 1)
        if high is not None and term.high is not None:
            most = Fraction(term.high, term.weight)
            high *= most if term.always else max(most, Fraction(1))
        else:
            high = None
    return floor(low * MICRO), None if high is None else ceil(high * MICRO)


def _with_zero(one: "Interval | _Term") -> tuple[Micro | None, Micro | None]:
    return None if one.low is None else min(one.low, 0), None if one.high is None else max(one.high, 0)


def _total(bounds: list[Micro | None]) -> Micro | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known) if len(known) == len(bounds) else None


def _minus(value: Micro | None) -> Micro | None:
    return None if value is None else -value
