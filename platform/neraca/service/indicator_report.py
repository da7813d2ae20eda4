"""How each indicator lies over the people of an agency, the weakest first, and over its units."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from neraca.domain.group_privacy import FLOOR
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.service import group_spread
from neraca.service.group_spread import GroupSpread
from neraca.service.report_source import ReportSource


class IndicatorSpread(Struct, frozen=True):
    """An indicator under one policy: `people` have a value, of whom `affected` have less than was asked for."""

    measure: str
    label: str
    policy: str
    people: int
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    mean: Decimal | None
    affected: int | None
    position: int


def indicator_spreads(
    spreads: Iterable[GroupSpread], plans: Mapping[str, CompiledPolicy], *, exactly: bool
) -> list[IndicatorSpread]:
    """Of the spreads of the agency, the indicators by their median, the weakest first. `plans` are by hash. Where not
    told `exactly`, how many are affected is told in whole fives.
    """
    labels = {
        (hash_, step.name): step.label.get("id") or next(iter(step.label.values()), step.name)
        for hash_, plan in plans.items()
        for step in plan.indicators
    }
    found = [
        IndicatorSpread(
            measure=one.measure,
            label=label,
            policy=one.policy,
            people=one.people,
            lower_quartile=one.lower_quartile,
            median=one.median,
            upper_quartile=one.upper_quartile,
            mean=one.mean,
            affected=one.below if one.below is None or exactly else one.below // FLOOR * FLOOR,
            position=one.position,
        )
        for one in spreads
        if (label := labels.get((one.policy_hash, one.measure))) is not None
    ]
    return sorted(found, key=lambda one: (one.median, one.lower_quartile, one.policy, one.measure))


def agency_indicators(source: ReportSource, period: str, below: Decimal | None) -> list[IndicatorSpread]:
    """For whoever may see every result."""
    params = group_spread.of_classes(period=period, below=below)
    spreads = group_spread.read(source, group_spread.OF_CLASSES, params)
    hashes = {one.policy_hash for one in spreads}
    plans = {hash_: source.policies.by_hash(source.agency.id, hash_).plan for hash_ in hashes}
    return indicator_spreads(spreads, plans, exactly=True)


def unit_spreads(source: ReportSource, period: str, measure: str, below: Decimal | None) -> list[GroupSpread]:
    """How one measure lies over the units, the weakest first; for whoever may see every result."""
    params = group_spread.of_units(units=None, period=period, measure=measure, below=below)
    return weakest_first(group_spread.read(source, group_spread.OF_UNITS, params))


def weakest_first(spreads: Iterable[GroupSpread]) -> list[GroupSpread]:
    return sorted(spreads, key=lambda one: (one.median, one.lower_quartile, one.policy, one.group or ""))
