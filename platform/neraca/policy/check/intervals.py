"""How far each indicator and node of a policy can go: interval arithmetic over its measures, caps and weights.

A span may be wider than what can happen, never narrower: what lies outside it is certainly never reached.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from msgspec import Struct

from neraca.domain.case import MICRO, Micro
from neraca.policy.blocks import Missing
from neraca.policy.compiled.step import bounds
from neraca.policy.interval import Interval
from neraca.policy.model import Cap, Node, Policy
from neraca.policy.numbers import micro


def intervals(policy: Policy) -> Mapping[str, Interval]:
    """Every indicator and node by name, of a policy whose nodes name only what is there and go in no circle."""
    found = {name: cut(one.measure.interval(policy), one.cap) for name, one in policy.indicators.items()}

    def reach(name: str) -> Interval:
        if name not in found:
            node = policy.nodes[name]
            found[name] = combined(policy, node, {child: reach(child) for child in node.of})
        return found[name]

    for name in policy.nodes:
        reach(name)
    return found


def cut(span: Interval, cap: Cap) -> Interval:
    """What a cap leaves of it."""
    return span.within(bounds(cap))


def always_there(policy: Policy, child: str, span: Interval) -> bool:
    """Whether the child's weight counts in every appraisal that is not blocked."""
    return not span.lacking or _missing(policy, child) != "renormalise"


def _missing(policy: Policy, child: str) -> Missing:
    """What becomes of the child's weight when nobody gave it."""
    return (policy.indicators if child in policy.indicators else policy.nodes)[child].missing


def combined(policy: Policy, node: Node, children: Mapping[str, Interval]) -> Interval:
    terms: list[_Term] = []
    for child, weight in node.of.items():
        span, always = children[child], always_there(policy, child, children[child])
        if span.lacking and _missing(policy, child) == "zero":
            span = Interval(*_with_zero(span))
        terms.append(_Term(micro(weight), span.low, span.high, always))
    lacking = not any(term.always for term in terms)
    match node.combine:
        case "weighted_mean" | "mean":
            low = _least_mean([(t.weight, t.low, t.always) for t in terms])
            high = _least_mean([(t.weight, _minus(t.high), t.always) for t in terms])
            span = Interval(low, _minus(high), lacking)
        case "sum":
            ends = [(t.low, t.high) if t.always else _with_zero(t) for t in terms]
            span = Interval(_total([low for low, _ in ends]), _total([high for _, high in ends]), lacking)
        case "product":
            span = Interval(*_product(terms), lacking)
        case "majority":
            # Whatever prevails is a level of the scale that all children are on.
            lows = [term.low for term in terms if term.low is not None]
            highs = [term.high for term in terms if term.high is not None]
            span = Interval(
                min(lows) if len(lows) == len(terms) else None,
                max(highs) if len(highs) == len(terms) else None,
                lacking,
            )
        case "first":
            # One of them it is, up to the first that is always there, after which none is asked.
            turns = sorted(terms, key=lambda term: term.weight)
            until = next((at for at, term in enumerate(turns) if term.always), len(turns) - 1)
            asked = turns[: until + 1]
            span = Interval(_least([term.low for term in asked]), _greatest([term.high for term in asked]), lacking)
        case "min" | "max":
            span = _extreme(terms, least=node.combine == "min", lacking=lacking)
        case _:
            assert_never(node.combine)
    return cut(span, node.clamp)


def _least(ends: list[Micro | None]) -> Micro | None:
    known = [end for end in ends if end is not None]
    return min(known) if len(known) == len(ends) else None


def _greatest(ends: list[Micro | None]) -> Micro | None:
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


class _Term(Struct, frozen=True):
    weight: Micro
    low: Micro | None
    high: Micro | None
    always: bool


def _least_mean(terms: list[tuple[Micro, Micro | None, bool]]) -> Micro | None:
    """The least mean that any of the children that may be left out can give with those that can't."""
    known = [(weight, low, always) for weight, low, always in terms if low is not None]
    if len(known) < len(terms):
        return None
    total = sum(weight * low for weight, low, always in known if always)
    weights = sum(weight for weight, _, always in known if always)
    if not weights:
        return min(low for _, low, _ in known)
    # The lowest first: each below the mean so far pulls it down, and after the first that does not none can.
    for weight, low, always in sorted(known, key=lambda term: term[1]):
        if not always and low * weights < total:
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
    low: Fraction = Fraction(1)
    high: Fraction | None = Fraction(1)
    for term in terms:
        if term.low is None or term.low < 0:
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
