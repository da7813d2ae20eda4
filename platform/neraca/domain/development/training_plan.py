"""The training plan of a unit for a period: proposed from final results, decided, and done person by person.

Items that wait for a decision are replaced by another proposal; those approved stay, and are completed or cancelled.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import assignments_between, named_in_service
from neraca.domain.contexts import Context, having
from neraca.domain.development.contexts import CompletingContext, ProposingContext, TrainingContext
from neraca.domain.development.needs import TrainingNeeds, check_addresses, named
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.faults import Faults
from neraca.domain.organisation import known_unit
from neraca.domain.text_kinds import Key, Name, Nip, PeriodLabel, Prose, Title, Uri
from neraca.domain.vocabulary import Role, TrainingKind

MOST_ITEMS = 200
MOST_PEOPLE = 500
"""Of one item."""

LONGEST = 2_000
"""Hours: a year of work."""

DEAREST = 10**12
"""Rupiah."""


class TrainingItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A training for some people of the unit. `addresses` are the indicators and nodes it is for, `cost` is all of
    it in rupiah, and `since` to `until` are the planned days.
    """

    id: Key
    kind: TrainingKind
    title: Title
    addresses: list[Key]
    people: list[Nip]
    provider: Name
    hours: int
    since: date
    until: date
    cost: Decimal = Decimal(0)


class OfTraining(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    period: str


class TrainingPlanProposed(OfTraining, ReadableWhole, frozen=True, tag="training.plan-proposed"):
    """`needs` are what final results asked for as the log was; the items are what is proposed to meet them."""

    items: list[TrainingItem]
    needs: TrainingNeeds
    reason: str


class TrainingPlanApproved(OfTraining, ReadableWhole, frozen=True, tag="training.plan-approved"):
    """Of the items that waited for a decision."""

    reason: str


class TrainingPlanReturned(OfTraining, ReadableWhole, frozen=True, tag="training.plan-returned"):
    """The items that waited for a decision do so no more, until others are proposed."""

    reason: str


class TrainingCompleted(OfTraining, ReadableWhole, frozen=True, tag="training.completed"):
    """By one of the people of an item. `certificate` is where the proof is kept; `follow_up` the log position of the
    training that was to follow from their result, which this answers.
    """

    item: str
    employee: str
    on: date
    hours: int
    certificate: str | None = None
    follow_up: int | None = None


class TrainingCancelled(OfTraining, ReadableWhole, frozen=True, tag="training.cancelled"):
    """An approved item, for all who have not completed it, or for the `employee`."""

    item: str
    reason: str
    employee: str | None = None


TrainingEvent: TypeAlias = (
    TrainingPlanProposed | TrainingPlanApproved | TrainingPlanReturned | TrainingCompleted | TrainingCancelled
)


class ToTraining(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    period: PeriodLabel


class ProposeTrainingPlan(ToTraining, frozen=True, tag="propose-training-plan"):
    """By the head of the unit or HR. Items that wait for a decision are replaced; approved ones stay as they are."""

    items: list[TrainingItem]
    reason: Prose


class ApproveTrainingPlan(ToTraining, frozen=True, tag="approve-training-plan"):
    reason: Prose


class ReturnTrainingPlan(ToTraining, frozen=True, tag="return-training-plan"):
    reason: Prose


class CompleteTraining(ToTraining, frozen=True, tag="complete-training"):
    """`follow_up` is the log position at which training was recorded to follow from the employee's result."""

    item: Key
    employee: Nip
    on: date
    hours: int
    certificate: Uri | None = None
    follow_up: int | None = None


class CancelTraining(ToTraining, frozen=True, tag="cancel-training"):
    """The whole item, or one of its people."""

    item: Key
    reason: Prose
    employee: Nip | None = None


TrainingCommand: TypeAlias = (
    ProposeTrainingPlan | ApproveTrainingPlan | ReturnTrainingPlan | CompleteTraining | CancelTraining
)


class Taking(Enum):
    """How far one person is with an approved item."""

    PLANNED = auto()
    COMPLETED = auto()
    CANCELLED = auto()


class ApprovedItem(Struct):
    item: TrainingItem
    taking: dict[str, Taking]


class State(Struct):
    """`waiting` are the items that nobody has decided on, `approved` those that are to be done. Changes in place."""

    waiting: dict[str, TrainingItem] = field(default_factory=dict[str, TrainingItem])
    approved: dict[str, ApprovedItem] = field(default_factory=dict[str, ApprovedItem])
    answered: set[int] = field(default_factory=set[int])


def evolve(state: State, event: TrainingEvent) -> State:
    match event:
        case TrainingPlanProposed():
            state.waiting = {item.id: item for item in event.items}
        case TrainingPlanApproved():
            for id_, item in state.waiting.items():
                state.approved[id_] = ApprovedItem(item, dict.fromkeys(item.people, Taking.PLANNED))
            state.waiting = {}
        case TrainingPlanReturned():
            state.waiting = {}
        case TrainingCompleted():
            state.approved[event.item].taking[event.employee] = Taking.COMPLETED
            if event.follow_up is not None:
                state.answered.add(event.follow_up)
        case TrainingCancelled():
            taking = state.approved[event.item].taking
            for employee in [event.employee] if event.employee else list(taking):
                if taking[employee] is Taking.PLANNED:
                    taking[employee] = Taking.CANCELLED
        case _:
            assert_never(event)
    return state


def decide(command: TrainingCommand, state: State, context: Context) -> list[TrainingEvent]:
    known_unit(command.unit, context.agency)
    match command:
        case ProposeTrainingPlan():
            return [_proposed(command, state, having(ProposingContext, context))]
        case ApproveTrainingPlan():
            _decidable(command, state, context)
            return [TrainingPlanApproved(unit=command.unit, period=command.period, reason=command.reason)]
        case ReturnTrainingPlan():
            _decidable(command, state, context)
            return [TrainingPlanReturned(unit=command.unit, period=command.period, reason=command.reason)]
        case CompleteTraining():
            return [_completed(command, state, having(CompletingContext, context))]
        case CancelTraining():
            return [_cancelled(command, state, having(TrainingContext, context))]
        case _:
            assert_never(command)


def _proposed(command: ProposeTrainingPlan, state: State, context: ProposingContext) -> TrainingPlanProposed:
    proposable(command, context)
    _check_items(command, context)
    for at, item in enumerate(command.items):
        if item.id in state.approved:
            raise Conflict(
                f"/items/{at}/id: '{item.id}' is approved and stays; give what is new an id of its own",
                field=f"/items/{at}/id",
            )
    return TrainingPlanProposed(
        unit=command.unit,
        period=command.period,
        items=command.items,
        needs=context.needs,
        reason=command.reason,
    )


def proposable(command: ProposeTrainingPlan, context: TrainingContext) -> None:
    """Raises what can be refused of the plan as a whole before the results of the unit's people are looked up."""
    known_unit(command.unit, context.agency)
    period = validation.period(command.period)
    _head_or_hr(command, context)
    validation.written(command.reason, "/reason", "the reason")
    if context.today < period.ends:
        raise TooEarly(f"/period: {command.period} ends on {period.ends}; its results come after", field="/period")
    if not 1 <= len(command.items) <= MOST_ITEMS:
        raise Invalid(f"/items: {len(command.items)} items; propose 1 to {MOST_ITEMS}", field="/items")


def _check_items(command: ProposeTrainingPlan, context: ProposingContext) -> None:
    """Raises Invalid with all that is wrong in any of them."""
    wrong, asked, seen = Faults(), named(context.needs), set[str]()
    for at, item in enumerate(command.items):
        place = f"/items/{at}"
        with wrong:
            if item.id in seen:
                raise Invalid(f"{place}/id: '{item.id}' is there twice; give each its own id", field=f"{place}/id")
        seen.add(item.id)
        with wrong:
            _check_item(command, item, place, asked, context)
    wrong.tell()


def _check_item(
    command: ProposeTrainingPlan, item: TrainingItem, at: str, asked: Collection[str], context: ProposingContext
) -> None:
    wrong = Faults()
    with wrong:
        validation.written(item.title, f"{at}/title", "the title")
    with wrong:
        validation.written(item.provider, f"{at}/provider", "the provider")
    with wrong:
        if not item.addresses or len(set(item.addresses)) != len(item.addresses):
            raise Invalid(
                f"{at}/addresses: name each indicator or node that the training is for once", field=f"{at}/addresses"
            )
        check_addresses(item.addresses, context.measured, command.period, f"{at}/addresses")
    with wrong:
        if not 1 <= len(item.people) <= MOST_PEOPLE or len(set(item.people)) != len(item.people):
            raise Invalid(f"{at}/people: name each of 1 to {MOST_PEOPLE} people once", field=f"{at}/people")
    # Who is there is asked of days: of none where they end before they begin.
    for place, employee in enumerate(item.people[:MOST_PEOPLE] if item.since <= item.until else ()):
        with wrong:
            _check_person(command, item, employee, f"{at}/people/{place}", asked, context)
    with wrong:
        _bounded(item.hours, 1, LONGEST, f"{at}/hours", "hours")
    with wrong:
        validation.exact(item.cost, f"{at}/cost")
        if not 0 <= item.cost <= DEAREST or item.cost % 1:
            raise Invalid(f"{at}/cost: {item.cost} is no sum in whole rupiah; send 0 to {DEAREST}", field=f"{at}/cost")
    with wrong:
        _check_days(item, at, context.today)
    wrong.tell()


def _check_days(item: TrainingItem, at: str, today: date) -> None:
    if item.until < item.since:
        raise Invalid(f"{at}/until: {item.until} is before {item.since}; name a day from then on", field=f"{at}/until")
    if item.until < today:
        raise Invalid(f"{at}/until: {item.until} is past; plan for days from {today}", field=f"{at}/until")


def _check_person(
    command: ProposeTrainingPlan, item: TrainingItem, employee: str, at: str, asked: Collection[str], context: Context
) -> None:
    named_in_service(employee, item.since, at, context.people)
    # Who needs it by their result may have moved since; whoever else is named must be of the unit.
    if employee not in asked and not _is_of(command.unit, employee, item, context):
        raise Invalid(
            f"{at}: {employee} is not in {command.unit} from {item.since} to {item.until}, and no result of "
            f"{command.period} asks for training of theirs; name people of the unit",
            field=at,
        )


def _bounded(number: int, least: int, most: int, at: str, what: str) -> None:
    if not least <= number <= most:
        raise Invalid(f"{at}: {number} {what} can't be; send {least} to {most}", field=at)


def _is_of(unit: str, employee: str, item: TrainingItem, context: Context) -> bool:
    places = assignments_between(context.people(employee), item.since, item.until)
    return any(place.unit == unit for _, _, place in places)


def _decidable(command: ApproveTrainingPlan | ReturnTrainingPlan, state: State, context: Context) -> None:
    validation.period(command.period)
    if not state.waiting:
        raise NotOpen(
            f"no training of {command.unit} for {command.period} waits for a decision; propose-training-plan comes "
            "first"
        )
    if any(context.actor.id in item.people for item in state.waiting.values()):
        raise NotAllowed(f"{context.actor.id} is among the people of the plan, and nobody decides on themselves")
    validation.written(command.reason, "/reason", "the reason")


def _completed(command: CompleteTraining, state: State, context: CompletingContext) -> TrainingCompleted:
    completable(command, state, context)
    if command.follow_up is not None:
        if command.follow_up not in context.follow_ups:
            raise NotFound(
                f"/follow_up: no training was recorded at {command.follow_up} to follow from the result that "
                f"{command.employee} has of {command.period}; name the position of one, or leave it out",
                field="/follow_up",
            )
        if command.follow_up in state.answered:
            raise AlreadyDone(
                f"/follow_up: the one at {command.follow_up} is answered already; leave it out", field="/follow_up"
            )
    return TrainingCompleted(
        unit=command.unit,
        period=command.period,
        item=command.item,
        employee=command.employee,
        on=command.on,
        hours=command.hours,
        certificate=command.certificate,
        follow_up=command.follow_up,
    )


def completable(command: CompleteTraining, state: State, context: TrainingContext) -> None:
    """Raises all that can be refused before the employee's appraisal is looked up."""
    _head_or_hr(command, context)
    _not_of_oneself(command.employee, context)
    item = _planned(command.item, command.employee, state)
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record what is done by {context.today}", field="/on")
    if command.on < item.since:
        raise Invalid(f"/on: {command.on} is before {item.since}, when it begins; name a day from then", field="/on")
    _bounded(command.hours, 1, LONGEST, "/hours", "hours")


def _cancelled(command: CancelTraining, state: State, context: TrainingContext) -> TrainingCancelled:
    _head_or_hr(command, context)
    validation.written(command.reason, "/reason", "the reason")
    if command.employee is not None:
        _planned(command.item, command.employee, state)
    elif Taking.PLANNED not in _approved(command.item, state).taking.values():
        raise NotOpen(f"/item: nobody is still to take '{command.item}'; it is completed or cancelled", field="/item")
    return TrainingCancelled(
        unit=command.unit,
        period=command.period,
        item=command.item,
        reason=command.reason,
        employee=command.employee,
    )


def _approved(item: str, state: State) -> ApprovedItem:
    if item not in state.approved:
        raise NotFound(
            f"/item: no training '{item}' is approved here; {validation.suggestion(item, state.approved)}",
            field="/item",
        )
    return state.approved[item]


def _planned(id_: str, employee: str, state: State) -> TrainingItem:
    """The item as somebody is still to take it."""
    found = _approved(id_, state)
    if employee not in found.taking:
        raise NotFound(f"/employee: '{id_}' is not for {employee}; name one of its people", field="/employee")
    match found.taking[employee]:
        case Taking.PLANNED:
            return found.item
        case Taking.COMPLETED:
            raise AlreadyDone(f"/employee: {employee} has completed '{id_}' already", field="/employee")
        case Taking.CANCELLED:
            raise NotOpen(f"/employee: '{id_}' was cancelled for {employee}; propose it anew", field="/employee")
        case _:
            assert_never(found.taking[employee])


def _head_or_hr(command: TrainingCommand, context: TrainingContext) -> None:
    if Role.HR not in context.actor.roles and context.actor.id != context.head:
        raise NotAllowed(
            f"only the head of {command.unit} or HR may send {command.__struct_config__.tag}; you are "
            f"{context.actor.id}"
        )


def _not_of_oneself(employee: str, context: Context) -> None:
    if context.actor.id == employee:
        raise NotAllowed("nobody records their own training as completed; ask HR or the head of the unit")
