"""What follows from results for the people themselves: training plans of units, and what employees plan for themselves.

Everything is folded from events as they were recorded, so the past reads alike.
"""

from asyncio import Task, ensure_future
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, assert_never

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.connections import DEFAULT, part
from neraca.api.graphql.support.context import Info, RequestContext, client_error
from neraca.api.graphql.support.enums import TrainingKind
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.domain.development import own_plan, training_plan
from neraca.domain.development.needs import RatedLow, TrainingNeeds, WeakIndicator
from neraca.domain.envelope import event_id
from neraca.domain.period import following, parse
from neraca.domain.vocabulary import LOW_PREDICATES
from neraca.service import development_reports, group_spread
from neraca.service.group_spread import GroupSpread


class TrainingRow(Struct, frozen=True):
    position: int
    recorded_at: datetime
    by: str
    unit: str
    period: str
    event: training_plan.TrainingEvent


class OwnPlanRow(Struct, frozen=True):
    position: int
    recorded_at: datetime
    by: str
    event: own_plan.DevelopmentEvent


_TRAINING = msgspec.json.Decoder(list[TrainingRow])
_OWN = msgspec.json.Decoder(list[OwnPlanRow])
_NODES = msgspec.json.Decoder(dict[str, str | None])


@strawberry.enum(description="How far a training is, or one person with it.")
class TrainingStatus(Enum):
    PROPOSED = strawberry.enum_value("PROPOSED", description="It waits for a decision.")
    RETURNED = strawberry.enum_value("RETURNED", description="The official did not approve it.")
    PLANNED = strawberry.enum_value("PLANNED", description="It is approved, and to be done.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="It is done.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="It will not be done.")


@strawberry.enum(description="How far something is that an employee plans for themselves.")
class OwnPlanStatus(Enum):
    PROPOSED = strawberry.enum_value("PROPOSED", description="It waits for the leader's answer.")
    AGREED = strawberry.enum_value("AGREED", description="The leader agreed to it.")
    DECLINED = strawberry.enum_value("DECLINED", description="The leader did not agree to it.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="It is done.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="The employee took it back.")


@strawberry.type(description="Somebody whose final result has a weak value.")
class WeakValueOfPerson:
    employee_number: str = strawberry.field(description="Employee number.")
    value: Decimal = strawberry.field(description="What the result has.")
    result_event: strawberry.ID = strawberry.field(description="Id of the event that fixed the result.")
    of: strawberry.Private[WeakIndicator]
    medians: strawberry.Private["_Medians"]

    @strawberry.field(
        description="The median of the class of posts under the same policy, as results are now; null where fewer "
        "than five have a value to compare with."
    )
    async def median(self, info: Info) -> Decimal | None:
        found = await self.medians.beside(info.context, self.of, self.employee_number)
        return None if found is None else Decimal(f"{found.median:f}")

    @strawberry.field(description="Of how many people that median is.")
    async def people(self, info: Info) -> int | None:
        found = await self.medians.beside(info.context, self.of, self.employee_number)
        return None if found is None else found.people


@strawberry.type(description="An indicator, and whose final results have a value of it that is below what is asked.")
class WeakIndicatorOfUnit:
    indicator: str = strawberry.field(description="Its id in the policy.")
    below: Decimal = strawberry.field(description="The value below which it is weak.")
    policy: str = strawberry.field(description="The policy of those results, as `<id>@<version>`.")
    policy_hash: str = strawberry.field(description="Hash of that policy's resolved text.")
    line: str | None = strawberry.field(
        description="Where the policy says so, as file and line. Null where it does not: then it is the middle of what "
        "the value can be, which is our rule and illustrative."
    )
    people: list[WeakValueOfPerson] = strawberry.field(description="By employee number.")


@strawberry.type(description="Somebody whose final result has a predicate that asks for training.")
class LowRatedPerson:
    employee_number: str = strawberry.field(description="Employee number.")
    predicate: str = strawberry.field(description="The predicate.")
    result_event: strawberry.ID = strawberry.field(description="Id of the event that fixed the result.")


@strawberry.type(description="What the final results of a unit's people ask for in training.")
class TrainingNeedsOfUnit:
    results: int = strawberry.field(description="How many results were final.")
    read_until: Position = strawberry.field(description="The position up to which the log was read.")
    weak: list[WeakIndicatorOfUnit] = strawberry.field(description="Weak indicators, by id.")
    low: list[LowRatedPerson] = strawberry.field(description="Whose predicate asks for it, by employee number.")


@strawberry.type(description="A value of somebody who was trained, before and after.")
class TrainingEffect:
    indicator: str = strawberry.field(description="The indicator, node or competency that the training was for.")
    before: Decimal | None = strawberry.field(description="In the period of the plan; null where there is none.")
    after: Decimal | None = strawberry.field(description="In the next period of the length; null where there is none.")
    result_before: strawberry.ID | None = strawberry.field(description="Id of the event that fixed that result.")
    result_after: strawberry.ID | None = strawberry.field(description="Id of the event that fixed the later one.")


@strawberry.type(description="One of the people of a training.")
class TrainingParticipant:
    employee_number: str = strawberry.field(description="Employee number.")
    status: TrainingStatus = strawberry.field(description="How far they are with it.")
    on: date | None = strawberry.field(description="The day on which they completed it.")
    hours: int | None = strawberry.field(description="The hours that they took.")
    certificate: str | None = strawberry.field(description="Where the proof is kept.")
    follow_up: Position | None = strawberry.field(
        description="Position of the training that was to follow from their result, which this answers."
    )
    event: strawberry.ID | None = strawberry.field(description="Id of the event that says so last.")
    of: strawberry.Private["_ItemKey"]

    @strawberry.field(
        description="What the training was for, in the result of the plan's period and of the next one. As results "
        "are now: it can't be asked as of the past."
    )
    async def effects(self, info: Info) -> list[TrainingEffect]:
        return await _effects(info.context, self.of, self.employee_number)


class _Medians:
    """The class of each person of a plan and the medians of classes, read once and only where some field asks."""

    def __init__(self, agency: str, period: str, needs: TrainingNeeds) -> None:
        self._agency, self._period = agency, period
        self._people = sorted({each.employee for one in needs.weak for each in one.people})
        self._measures = {one.indicator for one in needs.weak}
        self._task: Task[tuple[dict[str, str], development_reports.ClassMedians]] | None = None

    async def beside(self, context: RequestContext, weak: WeakIndicator, employee: str) -> GroupSpread | None:
        if self._task is None:
            self._task = ensure_future(self._load(context))
        classes, medians = await self._task
        return development_reports.beside(medians, classes, weak, employee)

    async def _load(self, context: RequestContext) -> tuple[dict[str, str], development_reports.ClassMedians]:
        whose = {"agency": self._agency, "period": self._period, "people": self._people}
        rows = await context.parts.reads.rows(self._agency, f"service/{development_reports.CLASSES}", whose)
        params = {"agency": self._agency} | development_reports.beside_weak(self._period, self._measures)
        spread = await context.parts.reads.rows(self._agency, f"service/{group_spread.OF_CLASSES}", params)
        return (
            {row["employee"]: row["position_class"] for row in rows},
            development_reports.class_medians(group_spread.spreads(spread, mean=False)),
        )


class _ItemKey(Struct, frozen=True):
    agency: str
    period: str
    addresses: tuple[str, ...]
    position: int | None


@strawberry.type(description="A training for some people of a unit.")
class TrainingItemOfPlan:
    item: str = strawberry.field(description="Its id within the plan.")
    kind: TrainingKind = strawberry.field(description="How it is given.")
    title: str = strawberry.field(description="What is taught.")
    addresses: list[str] = strawberry.field(description="The indicators and nodes it is for.")
    provider: str = strawberry.field(description="Who gives it.")
    hours: int = strawberry.field(description="Planned hours.")
    cost: Decimal = strawberry.field(description="Planned cost of all of it, in rupiah.")
    since: date = strawberry.field(description="First planned day.")
    until: date = strawberry.field(description="Last planned day.")
    status: TrainingStatus = strawberry.field(description="How far it is: completed once nobody is left to take it.")
    people: list[TrainingParticipant] = strawberry.field(description="For whom it is, as proposed.")


@strawberry.type(description="Something that was decided or recorded of a training plan.")
class TrainingPlanStep:
    type: str = strawberry.field(description="Type of the event, such as training.plan-approved.")
    by: str = strawberry.field(description="Who did it.")
    reason: str | None = strawberry.field(description="Why; null for what was completed.")
    recorded_at: datetime = strawberry.field(description="When.")
    event: strawberry.ID = strawberry.field(description="Id of the event.")


@strawberry.type(description="The training plan of a unit for a period.")
class TrainingPlan:
    unit: str = strawberry.field(description="Id of the unit.")
    period: str = strawberry.field(description="Label of the period whose results it answers.")
    needs: TrainingNeedsOfUnit = strawberry.field(description="What results asked for when it was proposed last.")
    items: list[TrainingItemOfPlan] = strawberry.field(description="In the order in which they were proposed.")
    every: strawberry.Private[list[TrainingPlanStep]]

    @strawberry.field(description="What happened to it, in order of the log.")
    def history(self, first: int = DEFAULT, after: int = 0) -> list[TrainingPlanStep]:
        return part(self.every, first, after)


@strawberry.type(description="Something that an employee plans for their own development.")
class OwnPlanItem:
    item: str = strawberry.field(description="Its id within the year.")
    year: int = strawberry.field(description="The year.")
    kind: TrainingKind = strawberry.field(description="How competence is developed by it.")
    title: str = strawberry.field(description="What is to be done.")
    aim: str = strawberry.field(description="What it is to bring.")
    addresses: list[str] = strawberry.field(description="The indicators and nodes it is for.")
    hours: int = strawberry.field(description="Planned hours, or those it took once it is completed.")
    by: date = strawberry.field(description="By when it is to be done.")
    status: OwnPlanStatus = strawberry.field(description="How far it is.")
    answer: str | None = strawberry.field(description="What the leader said to it.")
    answered_by: str | None = strawberry.field(description="Who that was.")
    on: date | None = strawberry.field(description="The day on which it was completed.")
    learnt: str | None = strawberry.field(description="What the employee says of it.")
    certificate: str | None = strawberry.field(description="Where a proof is kept.")
    reason: str | None = strawberry.field(description="Why it was taken back.")
    event: strawberry.ID = strawberry.field(description="Id of the event that says so last.")


@strawberry.type(description="The development of one employee: trainings of units they are named in, and their own.")
class Development:
    trainings: list[TrainingItemOfPlan] = strawberry.field(
        description="Trainings that name them, with what is recorded of them alone, in the order of proposals."
    )
    own: list[OwnPlanItem] = strawberry.field(description="What they plan for themselves, in the order of proposals.")


async def may_see_unit(context: RequestContext, access_scope: AccessScope, unit: str) -> bool:
    """Whoever sees every appraisal, and the head of the unit today."""
    if access_scope.reader is None:
        return True
    known = await reach(context, access_scope.agency, None)
    heads = await context.parts.reads.rows(access_scope.agency, "graphql/unit-heads", known | {"position": None})
    return any((row["unit"], row["employee"]) == (unit, context.actor.id) for row in heads)


async def may_see_person(context: RequestContext, access_scope: AccessScope, employee: str) -> bool:
    """Whoever sees every appraisal, the person themselves, and whoever is above them today."""
    if access_scope.reader is None or context.actor.id == employee:
        return True
    found = await reach(context, access_scope.agency, access_scope.reader)
    return employee in found["below"]


async def training_plans(
    context: RequestContext, agency: str, unit: str, period: str | None, position: int | None
) -> list[TrainingPlan]:
    """By period, of whoever may read them."""
    rows = await _training(context, agency, position, unit=unit, period=period)
    return [_plan(agency, position, own) for own in _by_plan(rows)]


async def without_training(
    context: RequestContext, agency: str, unit: str, period: str, position: int | None
) -> list[LowRatedPerson]:
    """Whose final result asks for training, and who has none in the plan of the unit that waits or is approved."""
    arguments.period("period", period)
    params = {"agency": agency, "unit": unit, "period": period, "position": position, "low": sorted(LOW_PREDICATES)}
    low = await context.parts.reads.rows(agency, "graphql/rated-low", params)
    covered = _covered(await _training(context, agency, position, unit=unit, period=period))
    return [
        LowRatedPerson(
            employee_number=row["employee"],
            predicate=row["predicate"],
            result_event=_event(agency, row["position"]),
        )
        for row in low
        if row["employee"] not in covered
    ]


async def development_of(context: RequestContext, agency: str, employee: str, position: int | None) -> Development:
    rows = await _training(context, agency, position, employee=employee)
    params = {"agency": agency, "employee": employee, "position": position}
    own = _OWN.decode((await context.parts.reads.one(agency, "graphql/own-plans", params))["rows"])
    trainings: list[TrainingItemOfPlan] = []
    for plan in _by_plan(rows):
        for item in _plan(agency, position, plan).items:
            item.people = [one for one in item.people if one.employee_number == employee]
            if item.people:
                trainings.append(item)
    return Development(trainings=trainings, own=_own(agency, own))


async def _training(
    context: RequestContext,
    agency: str,
    position: int | None,
    *,
    unit: str | None = None,
    period: str | None = None,
    employee: str | None = None,
) -> list[TrainingRow]:
    params = {"agency": agency, "unit": unit, "period": period, "employee": employee, "position": position}
    return _TRAINING.decode((await context.parts.reads.one(agency, "graphql/training", params))["rows"])


def _by_plan(rows: Iterable[TrainingRow]) -> list[list[TrainingRow]]:
    found: dict[tuple[str, str], list[TrainingRow]] = {}
    for row in rows:
        found.setdefault((row.period, row.unit), []).append(row)
    return [own for _, own in sorted(found.items())]


def _covered(rows: Iterable[TrainingRow]) -> frozenset[str]:
    state = training_plan.State()
    for row in rows:
        training_plan.evolve(state, row.event)
    waiting = {employee for item in state.waiting.values() for employee in item.people}
    taking = {
        employee
        for one in state.approved.values()
        for employee, how in one.taking.items()
        if how is not training_plan.Taking.CANCELLED
    }
    return frozenset(waiting | taking)


class _Folded(Struct):
    """The items of a plan by id, as their proposal said them, with where they stand; the last needs; every step."""

    items: dict[str, tuple[training_plan.TrainingItem, TrainingStatus]]
    done: dict[tuple[str, str], tuple[TrainingStatus, TrainingRow]]
    needs: TrainingNeeds
    steps: list[TrainingPlanStep]


def _plan(agency: str, position: int | None, rows: Sequence[TrainingRow]) -> TrainingPlan:
    folded = _folded(agency, rows)
    return TrainingPlan(
        unit=rows[0].unit,
        period=rows[0].period,
        needs=_needs(agency, folded.needs, _Medians(agency, rows[0].period, folded.needs)),
        items=[
            _item(agency, rows[0].period, position, item, status, folded.done) for item, status in folded.items.values()
        ],
        every=folded.steps,
    )


def _folded(agency: str, rows: Sequence[TrainingRow]) -> _Folded:
    state, found = training_plan.State(), _Folded({}, {}, TrainingNeeds(0, 0), [])
    for row in rows:
        event = row.event
        training_plan.evolve(state, event)
        match event:
            case training_plan.TrainingPlanProposed():
                found.needs = event.needs
                for id_, (_, status) in list(found.items.items()):
                    if status is TrainingStatus.PROPOSED:
                        found.items.pop(id_)
                found.items |= {item.id: (item, TrainingStatus.PROPOSED) for item in event.items}
            case training_plan.TrainingPlanApproved():
                _settle(found, TrainingStatus.PLANNED)
            case training_plan.TrainingPlanReturned():
                _settle(found, TrainingStatus.RETURNED)
            case training_plan.TrainingCompleted():
                found.done[event.item, event.employee] = (TrainingStatus.COMPLETED, row)
            case training_plan.TrainingCancelled():
                for employee, how in state.approved[event.item].taking.items():
                    if how is training_plan.Taking.CANCELLED:
                        found.done.setdefault((event.item, employee), (TrainingStatus.CANCELLED, row))
            case _:
                assert_never(event)
        found.steps.append(
            TrainingPlanStep(
                type=str(type(event).__struct_config__.tag),
                by=row.by,
                reason=None if isinstance(event, training_plan.TrainingCompleted) else event.reason,
                recorded_at=row.recorded_at,
                event=_event(agency, row.position),
            )
        )
    return found


def _settle(found: _Folded, status: TrainingStatus) -> None:
    for id_, (item, before) in found.items.items():
        if before is TrainingStatus.PROPOSED:
            found.items[id_] = (item, status)


def _item(
    agency: str,
    period: str,
    position: int | None,
    item: training_plan.TrainingItem,
    status: TrainingStatus,
    done: Mapping[tuple[str, str], tuple[TrainingStatus, TrainingRow]],
) -> TrainingItemOfPlan:
    key = _ItemKey(agency, period, tuple(item.addresses), position)
    people = [_participant(key, one, status, done.get((item.id, one))) for one in item.people]
    if status is TrainingStatus.PLANNED and all(one.status is not TrainingStatus.PLANNED for one in people):
        some = any(one.status is TrainingStatus.COMPLETED for one in people)
        status = TrainingStatus.COMPLETED if some else TrainingStatus.CANCELLED
    return TrainingItemOfPlan(
        item=item.id,
        kind=item.kind,
        title=item.title,
        addresses=[*item.addresses],
        provider=item.provider,
        hours=item.hours,
        cost=Decimal(f"{item.cost:f}"),
        since=item.since,
        until=item.until,
        status=status,
        people=people,
    )


def _participant(
    key: _ItemKey, employee: str, status: TrainingStatus, done: tuple[TrainingStatus, TrainingRow] | None
) -> TrainingParticipant:
    event: Any = None if done is None else done[1].event
    completed = event if isinstance(event, training_plan.TrainingCompleted) else None
    return TrainingParticipant(
        employee_number=employee,
        status=status if done is None else done[0],
        on=completed and completed.on,
        hours=completed and completed.hours,
        certificate=completed and completed.certificate,
        follow_up=None if completed is None or completed.follow_up is None else Position(completed.follow_up),
        event=None if done is None else _event(key.agency, done[1].position),
        of=key,
    )


def _needs(agency: str, needs: TrainingNeeds, medians: _Medians) -> TrainingNeedsOfUnit:
    return TrainingNeedsOfUnit(
        results=needs.results,
        read_until=Position(needs.position),
        weak=[_weak(agency, one, medians) for one in needs.weak],
        low=[_low(agency, one) for one in needs.low],
    )


def _weak(agency: str, one: WeakIndicator, medians: _Medians) -> WeakIndicatorOfUnit:
    return WeakIndicatorOfUnit(
        indicator=one.indicator,
        below=Decimal(f"{one.below:f}"),
        policy=one.policy.name,
        policy_hash=one.policy.hash,
        line=one.line,
        people=[
            WeakValueOfPerson(
                employee_number=each.employee,
                value=Decimal(f"{each.value:f}"),
                result_event=_event(agency, each.result),
                of=one,
                medians=medians,
            )
            for each in one.people
        ],
    )


def _low(agency: str, one: RatedLow) -> LowRatedPerson:
    return LowRatedPerson(
        employee_number=one.employee, predicate=one.predicate, result_event=_event(agency, one.result)
    )


def _own(agency: str, rows: Iterable[OwnPlanRow]) -> list[OwnPlanItem]:
    found: dict[tuple[int, str], OwnPlanItem] = {}
    for row in rows:
        event, id_ = row.event, _event(agency, row.position)
        match event:
            case own_plan.DevelopmentProposed():
                found[event.year, event.item] = OwnPlanItem(
                    item=event.item,
                    year=event.year,
                    kind=event.kind,
                    title=event.title,
                    aim=event.aim,
                    addresses=[*event.addresses],
                    hours=event.hours,
                    by=event.by,
                    status=OwnPlanStatus.PROPOSED,
                    answer=None,
                    answered_by=None,
                    on=None,
                    learnt=None,
                    certificate=None,
                    reason=None,
                    event=id_,
                )
                continue
            case own_plan.DevelopmentAnswered():
                one = found[event.year, event.item]
                one.status = OwnPlanStatus.AGREED if event.agreed else OwnPlanStatus.DECLINED
                one.answer, one.answered_by = event.answer, row.by
            case own_plan.DevelopmentCompleted():
                one = found[event.year, event.item]
                one.status, one.on, one.hours = OwnPlanStatus.COMPLETED, event.on, event.hours
                one.learnt, one.certificate = event.learnt or None, event.certificate
            case own_plan.DevelopmentWithdrawn():
                one = found[event.year, event.item]
                one.status, one.reason = OwnPlanStatus.WITHDRAWN, event.reason
            case _:
                assert_never(event)
        one.event = id_
    return [*found.values()]


async def _effects(context: RequestContext, key: _ItemKey, employee: str) -> list[TrainingEffect]:
    if key.position is not None:
        raise client_error("NOT_AS_OF", "effects compares results as they are now: ask without asOf")
    # A part of a year has no next one of its length.
    then = parse(key.period)
    later = None if then.cycle == "part" else following(then).label
    params = {"agency": key.agency, "people": [employee], "periods": [key.period, *([later] if later else [])]}
    rows = await context.parts.reads.rows(key.agency, "graphql/values-of-people", params)
    values = {row["period"]: (_NODES.decode(row["nodes"]), row["result"]) for row in rows}
    nothing: tuple[dict[str, str | None], None] = ({}, None)
    before, after = values.get(key.period, nothing), values.get(later or "", nothing)
    return [
        TrainingEffect(
            indicator=name,
            before=_decimal(before[0].get(name)),
            after=_decimal(after[0].get(name)),
            result_before=None if before[1] is None else _event(key.agency, before[1]),
            result_after=None if after[1] is None else _event(key.agency, after[1]),
        )
        for name in key.addresses
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _event(agency: str, position: int) -> strawberry.ID:
    return strawberry.ID(event_id(agency, position))
