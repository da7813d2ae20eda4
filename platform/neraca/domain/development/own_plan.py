"""What an employee plans for their own development in a year: proposed by them, answered by their leader, and done.

One stream a year. What the leader agreed to is followed like training: until it is completed or withdrawn.
"""

from datetime import date
from enum import Enum, auto
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import Roster, serves, superiors
from neraca.domain.contexts import Actor, Context, having
from neraca.domain.development.contexts import OwnPlanContext
from neraca.domain.development.needs import check_addresses
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.faults import Faults
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR, Key, Nip, Prose, ProseIfAny, Title, Uri, Year
from neraca.domain.vocabulary import TrainingKind

MOST = 50
"""Items of a year."""

LONGEST = 2_000
"""Hours: a year of work."""


class OfOwnPlan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    employee: str
    year: int
    item: str


class DevelopmentProposed(OfOwnPlan, ReadableWhole, frozen=True, tag="development.proposed"):
    """`addresses` are the indicators and nodes it is for; it is to be done `by` a day."""

    kind: TrainingKind
    title: str
    aim: str
    addresses: list[str]
    hours: int
    by: date


class DevelopmentAnswered(OfOwnPlan, ReadableWhole, frozen=True, tag="development.answered"):
    """By the leader: agreed to, or not, and what they say to it."""

    agreed: bool
    answer: str


class DevelopmentCompleted(OfOwnPlan, ReadableWhole, frozen=True, tag="development.completed"):
    """`learnt` is what the employee says of it, `certificate` where a proof is kept."""

    on: date
    hours: int
    learnt: str = ""
    certificate: str | None = None


class DevelopmentWithdrawn(OfOwnPlan, ReadableWhole, frozen=True, tag="development.withdrawn"):
    reason: str


DevelopmentEvent: TypeAlias = DevelopmentProposed | DevelopmentAnswered | DevelopmentCompleted | DevelopmentWithdrawn


class ToOwnPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    year: Year
    item: Key


class ProposeDevelopment(ToOwnPlan, frozen=True, tag="propose-development"):
    """By the employee. `addresses` are the indicators and nodes it is for."""

    kind: TrainingKind
    title: Title
    aim: Prose
    addresses: list[Key]
    hours: int
    by: date


class AnswerDevelopment(ToOwnPlan, frozen=True, tag="answer-development"):
    """By the superior of the day; what is not agreed to may be proposed anew under another id."""

    agreed: bool
    answer: Prose


class CompleteDevelopment(ToOwnPlan, frozen=True, tag="complete-development"):
    on: date
    hours: int
    learnt: ProseIfAny = ""
    certificate: Uri | None = None


class WithdrawDevelopment(ToOwnPlan, frozen=True, tag="withdraw-development"):
    reason: Prose


DevelopmentCommand: TypeAlias = ProposeDevelopment | AnswerDevelopment | CompleteDevelopment | WithdrawDevelopment


class Standing(Enum):
    PROPOSED = auto()
    AGREED = auto()
    DECLINED = auto()
    COMPLETED = auto()
    WITHDRAWN = auto()


class State(Struct):
    """By item. Changes in place."""

    items: dict[str, Standing] = field(default_factory=dict[str, Standing])


def evolve(state: State, event: DevelopmentEvent) -> State:
    match event:
        case DevelopmentProposed():
            state.items[event.item] = Standing.PROPOSED
        case DevelopmentAnswered():
            state.items[event.item] = Standing.AGREED if event.agreed else Standing.DECLINED
        case DevelopmentCompleted():
            state.items[event.item] = Standing.COMPLETED
        case DevelopmentWithdrawn():
            state.items[event.item] = Standing.WITHDRAWN
        case _:
            assert_never(event)
    return state


def permit(command: DevelopmentCommand, actor: Actor, roster: Roster | None) -> None:
    """The employee, and for an answer whoever is above them today. Raises NotAllowed, alike for a plan not there."""
    if isinstance(command, AnswerDevelopment):
        may = actor.id != command.employee and (roster is None or actor.id == leader(command.employee, roster))
    else:
        may = actor.id == command.employee
    if not may:
        raise NotAllowed(
            f"there is no development plan of {command.employee} for {command.year} in which {actor.id} may send "
            f"{command.__struct_config__.tag}"
        )


def leader(employee: str, roster: Roster) -> str | None:
    """The nearest above the employee today who is still there."""
    return next((one for one in superiors(roster.people, employee, roster.today) if one != employee), None)


def decide(command: DevelopmentCommand, state: State, context: Context) -> list[DevelopmentEvent]:
    permit(command, context.actor, Roster(context.people, context.today))
    match command:
        case ProposeDevelopment():
            return [_proposed(command, state, having(OwnPlanContext, context))]
        case AnswerDevelopment():
            return [_answered(command, state)]
        case CompleteDevelopment():
            return [_completed(command, state, context)]
        case WithdrawDevelopment():
            return [_withdrawn(command, state)]
        case _:
            assert_never(command)


def _proposed(command: ProposeDevelopment, state: State, context: OwnPlanContext) -> DevelopmentProposed:
    if not FIRST_YEAR <= command.year <= LAST_YEAR:
        raise Invalid(f"/year: {command.year} is no year of service; send {FIRST_YEAR} to {LAST_YEAR}", field="/year")
    if not serves(context.people(command.employee), context.today):
        raise Invalid(f"/employee: {command.employee} does not serve today; HR registers them first", field="/employee")
    if command.item in state.items:
        raise AlreadyDone(f"/item: '{command.item}' was proposed already; give it another id", field="/item")
    if len(state.items) >= MOST:
        raise NotOpen(f"/item: {command.year} has {MOST} items already, which is all that a year takes", field="/item")
    _check(command, context)
    return DevelopmentProposed(
        employee=command.employee,
        year=command.year,
        item=command.item,
        kind=command.kind,
        title=command.title,
        aim=command.aim,
        addresses=command.addresses,
        hours=command.hours,
        by=command.by,
    )


def _check(command: ProposeDevelopment, context: OwnPlanContext) -> None:
    """Raises Invalid with all that is wrong in what is proposed."""
    wrong = Faults()
    with wrong:
        validation.written(command.title, "/title", "the title")
    with wrong:
        validation.written(command.aim, "/aim", "the aim")
    with wrong:
        if len(set(command.addresses)) != len(command.addresses):
            raise Invalid("/addresses: name each indicator or node once", field="/addresses")
        check_addresses(command.addresses, context.measured, command.year, "/addresses")
    with wrong:
        _hours(command.hours)
    with wrong:
        if command.by < context.today or command.by.year != command.year:
            raise Invalid(
                f"/by: {command.by} is no day of {command.year} that is still to come; name one from {context.today}",
                field="/by",
            )
    wrong.tell()


def _answered(command: AnswerDevelopment, state: State) -> DevelopmentAnswered:
    _standing(command, state, Standing.PROPOSED)
    validation.written(command.answer, "/answer", "the answer")
    return DevelopmentAnswered(
        employee=command.employee,
        year=command.year,
        item=command.item,
        agreed=command.agreed,
        answer=command.answer,
    )


def _completed(command: CompleteDevelopment, state: State, context: Context) -> DevelopmentCompleted:
    _standing(command, state, Standing.AGREED)
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record what is done by {context.today}", field="/on")
    # Later than the year it may be, but nothing of a plan was done before it.
    if command.on.year < command.year:
        raise Invalid(
            f"/on: {command.on} is before {command.year}, of which the plan is; name a day from then", field="/on"
        )
    _hours(command.hours)
    return DevelopmentCompleted(
        employee=command.employee,
        year=command.year,
        item=command.item,
        on=command.on,
        hours=command.hours,
        learnt=command.learnt,
        certificate=command.certificate,
    )


def _withdrawn(command: WithdrawDevelopment, state: State) -> DevelopmentWithdrawn:
    _standing(command, state, Standing.PROPOSED, Standing.AGREED)
    validation.written(command.reason, "/reason", "the reason")
    return DevelopmentWithdrawn(employee=command.employee, year=command.year, item=command.item, reason=command.reason)


def _standing(command: DevelopmentCommand, state: State, *wanted: Standing) -> None:
    found = state.items.get(command.item)
    if found is None:
        raise NotFound(
            f"/item: no '{command.item}' was proposed for {command.year}; "
            f"{validation.suggestion(command.item, state.items)}",
            field="/item",
        )
    if found not in wanted:
        raise NotOpen(
            f"/item: '{command.item}' is {found.name.lower()}; {command.__struct_config__.tag} needs one that is "
            f"{' or '.join(one.name.lower() for one in wanted)}",
            field="/item",
        )


def _hours(hours: int) -> None:
    if not 1 <= hours <= LONGEST:
        raise Invalid(f"/hours: {hours} hours can't be; send 1 to {LONGEST}", field="/hours")
