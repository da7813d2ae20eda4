"""The cohort rule: how a unit's predicates may be spread, given how the organisation did (SE MenPANRB 3/2023).

It is asked once every score of the cohort is final, and never changes a predicate by itself.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain.case import MICRO
from neraca.policy.findings import suggestion
from neraca.policy.model import Curve, Distribution
from neraca.policy.numbers import DIVIDE, micro


class NoSuchCurve(LookupError):
    """The policy has no curve for this organisation predicate."""


class Breach(Struct, frozen=True):
    """`limit` people at most (`max`, `none_of`) or at least (`min`, `some_of`) have these, together where they are
    several; `found` is how many do."""

    kind: Literal["max", "min", "some_of", "none_of"]
    predicates: tuple[str, ...]
    limit: int
    found: int


def breaches(rule: Distribution, curve: str, counts: Mapping[str, int]) -> tuple[Breach, ...]:
    """`counts` is how many people of the cohort have each predicate. A cohort below `min_cohort` is not checked."""
    if curve not in rule.curves:
        raise NoSuchCurve(f"distribution/curves: no curve {curve!r} - {suggestion(curve, rule.curves)}")
    people = sum(counts.values())
    if rule.mode == "off" or people < rule.min_cohort:
        return ()
    return tuple(one for one in limits(rule, rule.curves[curve], people, counts) if not kept(one))


def limits(rule: Distribution, curve: Curve, people: int, counts: Mapping[str, int]) -> Iterable[Breach]:
    """Everything the curve asks of so many people, kept or not."""
    shares = [((name,), quota.min, quota.max) for name, quota in curve.quotas.items()]
    shares += [(tuple(quota.of), quota.min, quota.max) for quota in curve.group_quotas.values()]
    for names, least, most in shares:
        found = sum(counts.get(name, 0) for name in names)
        if most is not None:
            # «At most» rounds down and «at least» up, so that no rounding lets more through than the share says.
            yield Breach("max", names, _share(people, most, rule.rounding.get("max", "floor")), found)
        if least is not None:
            yield Breach("min", names, _share(people, least, rule.rounding.get("min", "ceil")), found)
    if curve.at_least_one_of:
        names = tuple(curve.at_least_one_of)
        yield Breach("some_of", names, 1, sum(counts.get(name, 0) for name in names))
    if curve.none_of:
        names = tuple(curve.none_of)
        yield Breach("none_of", names, 0, sum(counts.get(name, 0) for name in names))


def kept(one: Breach) -> bool:
    return one.found <= one.limit if one.kind in ("max", "none_of") else one.found >= one.limit


def _share(people: int, percent: Decimal, rounding: Literal["ceil", "floor"]) -> int:
    return DIVIDE[rounding](people * micro(percent), 100 * MICRO)
