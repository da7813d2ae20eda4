"""Strengths and weaknesses: each node of a result beside the median of those who are judged by the same rule.

A person is compared with everybody of the same policy and class of posts in the period, a unit with the whole agency.
What is no less and no more than the median is neither; where fewer than five have a value, nothing is compared.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct, structs

from neraca.domain.case import Micro
from neraca.domain.command_rules import PolicyRef
from neraca.domain.group_privacy import FLOOR
from neraca.policy.blocks import Label
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.service import group_spread
from neraca.service.group_spread import GroupSpread, decimal
from neraca.service.report_source import ReportSource

OF_EMPLOYEE, DUTIES, BEHIND = "result-with-sources", "duties", "results-of-unit"
_MOST_EVENTS = 20
"""Of a unit's number: how many of the results behind it are named."""

Side: TypeAlias = Literal["STRENGTH", "WEAKNESS", "NEITHER"]
ResultsBehind: TypeAlias = Mapping[tuple[str, str], tuple[int, ...]]
"""By hash of the policy and measure, the log positions of the results that it rests on."""

_NODES = msgspec.json.Decoder(dict[str, Micro | None])
_SOURCES = msgspec.json.Decoder(dict[str, list[int]])


class Standing(Struct, frozen=True):
    """A node or indicator of one result, or of a unit's: its `value`, or the median of the unit, beside the `median` of
    `people`. `events` are the positions in the log of what it rests on; none where they would lead to an anonymous
    rater. Of a unit they are those of its people's results, the first of them, and `further` how many more there are.
    """

    measure: str
    label: str
    indicator: bool
    side: Side | None
    value: Decimal
    median: Decimal | None
    difference: Decimal | None
    people: int | None
    policy: str
    events: tuple[int, ...]
    further: int = 0


class Duty(Struct, frozen=True):
    """What `people` have planned by the same indicator: so many have `reported` on it, so many `met` their target."""

    duty: str
    measured_in: str
    people: int
    reported: int
    met: int
    position: int


class KnownResult(Struct, frozen=True):
    """A final result as the statement gives it."""

    policy_hash: str
    position_class: str | None
    joined: bool
    nodes: str | bytes
    sources: str | bytes | None
    position: int


def of_employee(employee: str, period: str) -> dict[str, Any]:
    """The parameters of `OF_EMPLOYEE`, beside those of who reads."""
    return {"employee": employee, "period": period}


def beside_class(known: KnownResult, period: str) -> dict[str, Any]:
    """The parameters of the statement that tells of the class of a result."""
    return group_spread.of_classes(
        period=period, policy_hash=known.policy_hash, position_class=known.position_class or "", by_class=True
    )


def standings(known: KnownResult, plan: CompiledPolicy, beside: Iterable[GroupSpread]) -> list[Standing]:
    """The weakest first, compared with the median; then what is compared with nothing, the lowest first."""
    medians = {one.measure: one for one in beside}
    events = _events(known, plan)
    values = {name: value for name, value in _NODES.decode(known.nodes).items() if value is not None}
    labels = _labels(plan)
    found = [
        _standing(name, labels, plan, decimal(value), medians.get(name), events.get(name, (known.position,)))
        for name, value in values.items()
        if name in labels
    ]
    return sorted(found, key=_weakest_first)


def unit_standings(
    plan: CompiledPolicy,
    of_unit: Iterable[GroupSpread],
    beside: Iterable[GroupSpread],
    behind: ResultsBehind | None = None,
) -> list[Standing]:
    """The same of a unit, under one policy. For whoever may not know of single results, nothing is `behind` but the
    event by which the figures became these.
    """
    medians = {one.measure: one for one in beside}
    labels = _labels(plan)
    found = [_of_unit(one, labels, plan, medians.get(one.measure), behind) for one in of_unit if one.measure in labels]
    return sorted(found, key=_weakest_first)


def _of_unit(
    one: GroupSpread,
    labels: Mapping[str, Label],
    plan: CompiledPolicy,
    beside: GroupSpread | None,
    behind: ResultsBehind | None,
) -> Standing:
    events = (one.position,) if behind is None else behind.get((one.policy_hash, one.measure), ())
    further = 0 if behind is None else one.people - len(events)
    return structs.replace(_standing(one.measure, labels, plan, one.median, beside, events), further=further)


def employee_strengths(source: ReportSource, employee: str, period: str) -> list[Standing]:
    """For whoever may see every result; empty where that of the employee is not final."""
    everything: dict[str, Any] = {"reader": None, "serves": False, "acting_for": []}
    for row in source.rows(OF_EMPLOYEE, of_employee(employee, period) | everything):
        known = KnownResult(*row)
        plan = source.policies.by_hash(source.agency.id, known.policy_hash).plan
        beside = group_spread.read(source, group_spread.OF_CLASSES, beside_class(known, period))
        return standings(known, plan, beside)
    return []


def unit_strengths(source: ReportSource, unit: str, period: str) -> list[Standing]:
    """By policy; for whoever may see every result."""
    found = group_spread.read(source, group_spread.OF_UNITS, group_spread.of_units(units=[unit], period=period))
    beside = group_spread.read(source, group_spread.OF_CLASSES, group_spread.of_classes(period=period))
    behind = results_behind(source.rows(BEHIND, of_results(unit, period)))
    return [
        one
        for hash_, of_unit, of_agency in by_policy(found, beside)
        for one in unit_standings(source.policies.by_hash(source.agency.id, hash_).plan, of_unit, of_agency, behind)
    ]


def of_results(unit: str, period: str) -> dict[str, Any]:
    """The parameters of `BEHIND`."""
    return {"unit": unit, "period": period, "most": _MOST_EVENTS}


def results_behind(rows: Iterable[Mapping[str, Any] | tuple[Any, ...]]) -> ResultsBehind:
    told = (tuple(row.values()) if isinstance(row, Mapping) else row for row in rows)
    return {(policy_hash, node): tuple(events) for policy_hash, node, events in told}


def by_policy(
    found: Iterable[GroupSpread], beside: Iterable[GroupSpread]
) -> list[tuple[str, list[GroupSpread], list[GroupSpread]]]:
    """The hash of each policy by which a unit was judged, with the spreads of the unit and of all."""
    of_unit, of_all = list(found), list(beside)
    return [
        (
            hash_,
            [one for one in of_unit if one.policy_hash == hash_],
            [one for one in of_all if one.policy_hash == hash_],
        )
        for hash_ in dict.fromkeys(one.policy_hash for one in of_unit)
    ]


def of_duties(period: str, units: list[str] | None) -> dict[str, Any]:
    """The parameters of `DUTIES`."""
    return {"period": period, "units": units, "floor": FLOOR}


def duties(rows: Iterable[Mapping[str, Any] | tuple[Any, ...]]) -> list[Duty]:
    """What the fewest have met first."""
    return [Duty(*(row.values() if isinstance(row, Mapping) else row)) for row in rows]


def _labels(plan: CompiledPolicy) -> dict[str, Label]:
    return {step.name: step.label for step in plan.steps}


def _standing(
    name: str,
    labels: Mapping[str, Label],
    plan: CompiledPolicy,
    value: Decimal,
    beside: GroupSpread | None,
    events: tuple[int, ...],
) -> Standing:
    difference = None if beside is None else value - beside.median
    return Standing(
        measure=name,
        label=labels[name].get("id") or next(iter(labels[name].values()), name),
        indicator=any(step.name == name for step in plan.indicators),
        side=None if difference is None else _side(difference),
        value=value,
        median=None if beside is None else beside.median,
        difference=difference,
        people=None if beside is None else beside.people,
        policy=PolicyRef.written(plan.id, plan.version),
        events=events,
    )


def _side(difference: Decimal) -> Side:
    if not difference:
        return "NEITHER"
    return "STRENGTH" if difference > 0 else "WEAKNESS"


def _weakest_first(one: Standing) -> tuple[bool, Decimal, Decimal, str]:
    return one.difference is None, one.difference or Decimal(0), one.value, one.measure


def _events(known: KnownResult, plan: CompiledPolicy) -> dict[str, tuple[int, ...]]:
    """By name, where in the log the facts came from that move it; nothing of a result that was joined from others."""
    if known.joined or known.sources is None:
        return {}
    found: dict[str, set[int]] = {name: set() for name in plan.names}
    for source, positions in _SOURCES.decode(known.sources).items():
        for path, steps in plan.affected.items():
            if source == path or source.startswith(f"{path}/"):
                for step in steps:
                    found[plan.names[step]].update(positions)
    return {name: tuple(sorted(positions)) for name, positions in found.items()}
