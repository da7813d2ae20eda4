"""Training plans, whoever was rated low, and who is considered for what, as rows for people and programs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.development import training_plan
from neraca.domain.development.needs import TrainingNeeds, WeakIndicator, WeakValue
from neraca.domain.development.training_plan import Taking, TrainingCompleted, TrainingEvent, TrainingPlanProposed
from neraca.domain.vocabulary import LOW_PREDICATES, CandidacyKind, TrainingKind
from neraca.service import group_spread
from neraca.service.group_spread import GroupSpread
from neraca.service.report_source import ReportSource

_EVENT = msgspec.json.Decoder(TrainingEvent)

CLASSES = "classes-of-results"
ClassMedians: TypeAlias = Mapping[tuple[str, str, str], GroupSpread]
"""By class of posts, hash of the policy, and measure."""


class Training(Struct, frozen=True):
    """One of the people of a training; `cost` is that of all of it, in rupiah, and `event` what says so last."""

    unit: str
    item: str
    kind: TrainingKind
    title: str
    addresses: tuple[str, ...]
    provider: str
    since: date
    until: date
    cost: Decimal
    employee: str
    status: str
    on: date | None
    hours: int | None
    certificate: str | None
    event: int


class Need(Struct, frozen=True):
    """A value of somebody's result that is weak, as the unit's plan recorded it: below what is asked. Beside it stands
    the `median` of the `people` of the class of posts who are judged by the same rule, as it is now; `event` fixed the
    result.
    """

    unit: str
    measure: str
    policy: str
    below: Decimal
    line: str | None
    employee: str
    value: Decimal
    median: Decimal | None
    people: int | None
    event: int


class LowRated(Struct, frozen=True):
    """Whose final result asks for training; `trainings` are those that they have, `event` the log position of what
    fixed the result.
    """

    unit: str
    employee: str
    predicate: str
    trainings: tuple[str, ...]
    event: int


class Candidate(Struct, frozen=True):
    """By score, the highest first; of those alike by employee number. `label` is what the policy calls the outcome,
    `event` the log position of what says so.
    """

    employee: str
    stage: str
    outcome: str | None
    label: str | None
    eligible: bool
    score: Decimal | None
    policy: str
    blocked: str | None
    nominated_by: str | None
    reason: str | None
    decree: str | None
    event: int


class Box(Struct, frozen=True):
    """How many of those who were considered have an outcome; None where something was missing."""

    outcome: str | None
    label: str | None
    people: int


class _Item(Struct):
    item: training_plan.TrainingItem
    status: str
    event: int


def trainings(source: ReportSource, period: str, unit: str | None) -> list[Training]:
    """By unit and in the order of proposals."""
    rows = source.rows("training", {"period": period, "unit": unit})
    by_unit: dict[str, list[tuple[int, TrainingEvent]]] = {}
    for position, of, event in rows:
        by_unit.setdefault(of, []).append((position, _EVENT.decode(event)))
    return [one for of, past in sorted(by_unit.items()) for one in _of_unit(of, past)]


def needs(source: ReportSource, period: str, unit: str | None) -> list[Need]:
    """What the plans of units recorded last of weak values, by unit and measure."""
    recorded: dict[str, TrainingNeeds] = {}
    for _, of, event in source.rows("training", {"period": period, "unit": unit}):
        if isinstance(proposed := _EVENT.decode(event), TrainingPlanProposed):
            recorded[of] = proposed.needs
    people = sorted({each.employee for found in recorded.values() for one in found.weak for each in one.people})
    if not people:
        return []
    classes: dict[str, str] = dict(source.rows(CLASSES, {"period": period, "people": people}))
    measures = {one.indicator for found in recorded.values() for one in found.weak}
    medians = class_medians(group_spread.read(source, group_spread.OF_CLASSES, beside_weak(period, measures)))
    return [
        _need(of, one, each, beside(medians, classes, one, each.employee))
        for of, found in sorted(recorded.items())
        for one in found.weak
        for each in one.people
    ]


def beside_weak(period: str, measures: Iterable[str]) -> dict[str, Any]:
    """The parameters of the statement that tells what classes come to in these measures."""
    return group_spread.of_classes(period=period, measures=sorted(measures), by_class=True)


def class_medians(spread: Iterable[GroupSpread]) -> ClassMedians:
    return {(one.group or "", one.policy_hash, one.measure): one for one in spread}


def beside(medians: ClassMedians, classes: Mapping[str, str], weak: WeakIndicator, employee: str) -> GroupSpread | None:
    """What a weak value of somebody stands beside; None where fewer than five have one to compare with."""
    return medians.get((classes.get(employee, ""), weak.policy.hash, weak.indicator))


def _need(unit: str, weak: WeakIndicator, one: WeakValue, median: GroupSpread | None) -> Need:
    return Need(
        unit=unit,
        measure=weak.indicator,
        policy=weak.policy.name,
        below=weak.below,
        line=weak.line,
        employee=one.employee,
        value=one.value,
        median=median and median.median,
        people=median and median.people,
        event=one.result,
    )


def low_rated(source: ReportSource, period: str, unit: str | None) -> list[LowRated]:
    """By unit and employee number."""
    given: dict[str, list[str]] = {}
    for one in trainings(source, period, unit):
        if one.status not in ("returned", "cancelled"):
            given.setdefault(one.employee, []).append(one.item)
    rows = source.rows("rated-low", {"period": period, "unit": unit, "low": sorted(LOW_PREDICATES)})
    return [
        LowRated(of, employee, predicate, tuple(given.get(employee, ())), event)
        for of, employee, predicate, event in rows
    ]


def candidates(source: ReportSource, kind: CandidacyKind, period: str) -> list[Candidate]:
    found: list[Candidate] = []
    for row in source.rows("candidates", {"kind": kind.value, "period": period}):
        employee, stage, outcome, eligible, score, id_, version, *rest = row
        policy, label = PolicyRef.written(id_, version), _label(source, id_, version, outcome)
        found.append(Candidate(employee, stage, outcome, label, eligible, score, policy, *rest))
    return found


def boxes(found: Iterable[Candidate]) -> list[Box]:
    """By outcome."""
    labels: dict[str | None, str | None] = {}
    counts = Counter[str | None]()
    for one in found:
        labels[one.outcome] = one.label
        counts[one.outcome] += 1
    return [Box(outcome, labels[outcome], counts[outcome]) for outcome in sorted(counts, key=lambda one: one or "")]


def _label(source: ReportSource, id_: str, version: int, outcome: str | None) -> str | None:
    predicates = source.policies.by_ref(source.agency.id, id_, version).resolved.policy.predicates
    if outcome not in predicates:
        return None
    label = predicates[outcome].label
    return label.get("id") or next(iter(label.values()), None)


def _of_unit(unit: str, past: Iterable[tuple[int, TrainingEvent]]) -> list[Training]:
    state = training_plan.State()
    items: dict[str, _Item] = {}
    done: dict[tuple[str, str], tuple[TrainingCompleted | None, int]] = {}
    for position, event in past:
        before = dict(state.waiting)
        training_plan.evolve(state, event)
        for id_ in before.keys() - state.waiting.keys():
            if id_ in state.approved:
                items[id_].status, items[id_].event = "planned", position
            elif isinstance(event, training_plan.TrainingPlanReturned):
                items[id_].status, items[id_].event = "returned", position
            else:
                del items[id_]
        for id_, item in state.waiting.items():
            items[id_] = _Item(item, "proposed", position) if before.get(id_) is not item else items[id_]
        if isinstance(event, TrainingCompleted):
            done[event.item, event.employee] = (event, position)
        elif isinstance(event, training_plan.TrainingCancelled):
            for employee, how in state.approved[event.item].taking.items():
                if how is Taking.CANCELLED:
                    done.setdefault((event.item, employee), (None, position))
    return [
        _row(unit, one, employee, done.get((id_, employee)))
        for id_, one in items.items()
        for employee in one.item.people
    ]


def _row(unit: str, one: _Item, employee: str, done: tuple[TrainingCompleted | None, int] | None) -> Training:
    completed = None if done is None else done[0]
    status = one.status if done is None else "cancelled" if completed is None else "completed"
    return Training(
        unit=unit,
        item=one.item.id,
        kind=one.item.kind,
        title=one.item.title,
        addresses=tuple(one.item.addresses),
        provider=one.item.provider,
        since=one.item.since,
        until=one.item.until,
        cost=one.item.cost,
        employee=employee,
        status=status,
        on=completed and completed.on,
        hours=completed and completed.hours,
        certificate=completed and completed.certificate,
        event=one.event if done is None else done[1],
    )
