"""The plan of a unit for a year (perjanjian kinerja): results with their indicators, each serving a goal of the region
or a result of the unit above.

The head drafts and submits it; the nearest above the head approves it, or HR where nobody is above.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.appraisal.events import Expectations
from neraca.domain.appraisal.plan_rules import check_perspectives
from neraca.domain.assignments import Roster, class_on, first_superior, superiors
from neraca.domain.cascade.mission import Span
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import Context, Unruled
from neraca.domain.errors import Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.faults import Faults
from neraca.domain.organisation import active_unit
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR, Key, Name, Prose, Title, Year
from neraca.domain.vocabulary import Aspect, Perspective, Role


class UnitTarget(Struct, frozen=True, omit_defaults=True):
    """One indicator of a unit's result; `target` None where `expectations` say in words what is expected."""

    id: Key
    indicator: Title
    unit: Name
    target: Decimal | None = None
    aspect: Aspect = Aspect.QUANTITY
    expectations: Expectations | None = None


class ResultAbove(Struct, frozen=True):
    """A result in the plan of another unit for the same year."""

    unit: Key
    result: Key


class UnitResult(Struct, frozen=True, omit_defaults=True):
    """What a unit is to achieve. It serves a `goal` of the region or a result `above`: one of the two."""

    id: Key
    title: Title
    targets: list[UnitTarget]
    goal: Key | None = None
    above: ResultAbove | None = None
    perspective: Perspective | None = None


class OfUnitPlan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    year: int


class UnitPlanDrafted(OfUnitPlan, ReadableWhole, frozen=True, tag="unit-plan.drafted"):
    """The whole plan; a later draft replaces an earlier one."""

    results: list[UnitResult]


class UnitPlanSubmitted(OfUnitPlan, ReadableWhole, frozen=True, tag="unit-plan.submitted"):
    """By the `head` of the unit, who stands for it."""

    head: str


class UnitPlanReturned(OfUnitPlan, ReadableWhole, frozen=True, tag="unit-plan.returned"):
    feedback: str


class UnitPlanApproved(OfUnitPlan, ReadableWhole, frozen=True, tag="unit-plan.approved"):
    on: date


class UnitPlanRevised(OfUnitPlan, ReadableWhole, frozen=True, tag="unit-plan.revised"):
    """The whole plan as it is from the day `on`: with results that are new, and without those that were dropped, so
    that what served them serves nothing.
    """

    results: list[UnitResult]
    on: date
    reason: str


UnitPlanEvent: TypeAlias = UnitPlanDrafted | UnitPlanSubmitted | UnitPlanReturned | UnitPlanApproved | UnitPlanRevised


class ToUnitPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key
    year: Year


class DraftUnitPlan(ToUnitPlan, frozen=True, tag="draft-unit-plan"):
    results: list[UnitResult]


class SubmitUnitPlan(ToUnitPlan, frozen=True, tag="submit-unit-plan"):
    pass


class ReturnUnitPlan(ToUnitPlan, frozen=True, tag="return-unit-plan"):
    feedback: Prose


class ApproveUnitPlan(ToUnitPlan, frozen=True, tag="approve-unit-plan"):
    pass


class ReviseUnitPlan(ToUnitPlan, frozen=True, tag="revise-unit-plan"):
    """The whole plan as it is to be: what is new in it is added, what is not in it any more is dropped."""

    results: list[UnitResult]
    reason: Prose


UnitPlanCommand: TypeAlias = DraftUnitPlan | SubmitUnitPlan | ReturnUnitPlan | ApproveUnitPlan | ReviseUnitPlan


class Stage(Enum):
    DRAFTING = auto()
    SUBMITTED = auto()
    APPROVED = auto()


class State(Struct):
    """`results` are those of the draft, or of the plan as it was approved or revised last; `stage` None without any.
    Changes in place.
    """

    stage: Stage | None = None
    results: list[UnitResult] = []

    @property
    def fixed(self) -> dict[str, UnitResult] | None:
        """The results of a plan that was approved, which others may serve; None without one."""
        return {one.id: one for one in self.results} if self.stage is Stage.APPROVED else None


class UnitPlanContext(Context, frozen=True, kw_only=True):
    """For the plan of a unit: who heads the unit today, None where nobody does; the region's span that holds for the
    year; the results of the plans that are named as above, and of all that those serve in turn, None of a plan that is
    not approved; and the rules in force on its first day for the class of the head's post.
    """

    head: str | None
    span: Span | None
    above: Mapping[str, Mapping[str, UnitResult] | None]
    ruling: Rulebook | Unruled


def evolve(state: State, event: UnitPlanEvent) -> State:
    match event:
        case UnitPlanDrafted():
            state.stage, state.results = Stage.DRAFTING, event.results
        case UnitPlanSubmitted():
            state.stage = Stage.SUBMITTED
        case UnitPlanReturned():
            state.stage = Stage.DRAFTING
        case UnitPlanApproved():
            state.stage = Stage.APPROVED
        case UnitPlanRevised():
            state.results = event.results
        case _:
            assert_never(event)
    return state


def named_above(results: Sequence[UnitResult]) -> frozenset[str]:
    """The units whose results are named as above."""
    return frozenset(one.above.unit for one in results if one.above is not None)


def decide(command: UnitPlanCommand, state: State, context: UnitPlanContext) -> list[UnitPlanEvent]:
    _permit(command, context)
    if not FIRST_YEAR <= command.year <= LAST_YEAR:
        raise Invalid(f"/year: {command.year} is no year from {FIRST_YEAR} to {LAST_YEAR}", field="/year")
    if context.today.year > command.year:
        raise TooLate(f"{command.year} has ended; what was planned is not changed after it")
    active_unit(command.unit, date(command.year, 12, 31), context.agency)
    match command:
        case DraftUnitPlan():
            if state.stage not in (None, Stage.DRAFTING):
                raise NotOpen(_at_stage(command, state.stage))
            _check(command.results, command, context)
            return [UnitPlanDrafted(unit=command.unit, year=command.year, results=command.results)]
        case SubmitUnitPlan():
            _in_stage(command, state, Stage.DRAFTING)
            _check(state.results, command, context)
            return [UnitPlanSubmitted(unit=command.unit, year=command.year, head=context.head or context.actor.id)]
        case ReturnUnitPlan():
            _in_stage(command, state, Stage.SUBMITTED)
            feedback = validation.written(command.feedback, "/feedback", "the feedback")
            return [UnitPlanReturned(unit=command.unit, year=command.year, feedback=feedback)]
        case ApproveUnitPlan():
            _in_stage(command, state, Stage.SUBMITTED)
            return [UnitPlanApproved(unit=command.unit, year=command.year, on=context.today)]
        case ReviseUnitPlan():
            return [_revised(command, state, context)]
        case _:
            assert_never(command)


def approver(head: str | None, roster: Roster) -> str | None:
    """The nearest above the head of a unit on the day who is there; None where HR approves."""
    if head is None:
        return None
    return first_superior(superiors(roster.people, head, roster.today), (head,))


def _permit(command: UnitPlanCommand, context: UnitPlanContext) -> None:
    """Raises NotAllowed, naming who may."""
    actor, head = context.actor, context.head
    match command:
        case DraftUnitPlan() | SubmitUnitPlan():
            if head is None:
                raise NotAllowed(f"nobody heads {command.unit}, so nobody plans for it; HR sends appoint-head first")
            if actor.id != head:
                raise NotAllowed(f"the plan of {command.unit} is written by its head, {head}")
        case ReturnUnitPlan() | ApproveUnitPlan() | ReviseUnitPlan():
            if head == actor.id:
                raise NotAllowed(f"{head} heads {command.unit}, and nobody decides on a plan of their own; ask another")
            above = approver(head, Roster(context.people, context.today))
            if above is not None and actor.id != above:
                raise NotAllowed(f"the plan of {command.unit} is decided on by {above}, who is above its head")
            if above is None and Role.HR not in actor.roles:
                raise NotAllowed(f"nobody is above the head of {command.unit}, so HR decides on its plan")
        case _:
            assert_never(command)


def _revised(command: ReviseUnitPlan, state: State, context: UnitPlanContext) -> UnitPlanRevised:
    _in_stage(command, state, Stage.APPROVED)
    reason = validation.written(command.reason, "/reason", "the reason")
    if command.results == state.results:
        raise Invalid("/results: nothing would change; give the plan as it is to be", field="/results")
    _check(command.results, command, context)
    return UnitPlanRevised(
        unit=command.unit, year=command.year, results=command.results, on=context.today, reason=reason
    )


def _in_stage(command: ToUnitPlan, state: State, stage: Stage) -> None:
    if state.stage is not stage:
        raise NotOpen(_at_stage(command, state.stage))


def _at_stage(command: ToUnitPlan, stage: Stage | None) -> str:
    plan = f"the plan of {command.unit} for {command.year}"
    match stage:
        case None:
            return f"{plan} is not there; its head drafts it first"
        case Stage.DRAFTING:
            return f"{plan} is a draft; its head submits it first"
        case Stage.SUBMITTED:
            return f"{plan} waits for who is above its head, who approves or returns it"
        case Stage.APPROVED:
            return f"{plan} is approved; who is above its head may revise it"
        case _:
            assert_never(stage)


def _check(results: Sequence[UnitResult], command: ToUnitPlan, context: UnitPlanContext) -> None:
    if not results:
        raise Invalid("/results: the plan is empty; plan at least one result", field="/results")
    wrong = Faults()
    with wrong:
        _once([one.id for one in results], "/results", "result")
    for at, result in enumerate(results):
        with wrong:
            _check_targets(result, f"/results/{at}")
        with wrong:
            _check_served(result, f"/results/{at}", command, context)
    if isinstance(context.ruling, Rulebook):
        tenure = None if context.head is None else context.people(context.head)
        first = date(command.year, 1, 1)
        held = None if tenure is None else class_on(tenure, first if tenure.since is None else max(first, tenure.since))
        with wrong:
            check_perspectives([one.perspective for one in results], held, context.ruling)
    wrong.tell()


def _check_targets(result: UnitResult, place: str) -> None:
    if not result.targets:
        raise Invalid(f"{place}/targets: '{result.id}' has no target; say how it is measured", field=f"{place}/targets")
    wrong = Faults()
    with wrong:
        _once([one.id for one in result.targets], f"{place}/targets", "target")
    for nth, target in enumerate(result.targets):
        if target.target is not None:
            with wrong:
                validation.exact(target.target, f"{place}/targets/{nth}/target")
    wrong.tell()


def _check_served(result: UnitResult, at: str, command: ToUnitPlan, context: UnitPlanContext) -> None:
    if (result.goal is None) == (result.above is None):
        raise Invalid(
            f"{at}: '{result.id}' serves one thing: name a goal of the region in {at}/goal, or a result of the unit "
            f"above in {at}/above",
            field=at,
        )
    if result.goal is not None:
        if context.span is None:
            raise NotFound(
                f"{at}/goal: no mission of the region holds for {command.year}; HR sends set-mission first",
                field=f"{at}/goal",
            )
        validation.known(
            result.goal, context.span.goals.keys(), f"{at}/goal", f"the mission for {command.year} has no goal {{}}"
        )
    if result.above is not None:
        _check_above(result.above, at, command, context)


def _check_above(above: ResultAbove, at: str, command: ToUnitPlan, context: UnitPlanContext) -> None:
    field = f"{at}/above"
    validation.known(above.unit, context.agency.units.keys(), f"{field}/unit", f"{context.agency.id} has no unit {{}}")
    if above.unit == command.unit:
        raise Invalid(f"{field}/unit: a unit is not above itself; name another", field=f"{field}/unit")
    fixed = context.above.get(above.unit)
    if fixed is None:
        raise NotFound(
            f"{field}/unit: {above.unit} has no approved plan for {command.year} yet; name a goal, or wait for it",
            field=f"{field}/unit",
        )
    validation.known(
        above.result, fixed.keys(), f"{field}/result", f"the plan of {above.unit} for {command.year} has no result {{}}"
    )
    back = fixed[above.result].above
    if back is not None and back.unit == command.unit:
        raise Invalid(
            f"{field}: '{above.result}' of {above.unit} serves {command.unit} itself; name what both serve",
            field=field,
        )
    over = [one.unit for one in _way_up(back, context.above)]
    if command.unit in over:
        raise Invalid(
            f"{field}: '{above.result}' of {above.unit} serves {command.unit} in the end, over {over[0]}; name what "
            "all of them serve",
            field=field,
        )


def _way_up(first: ResultAbove | None, fixed: Mapping[str, Mapping[str, UnitResult] | None]) -> Iterator[ResultAbove]:
    """What is served, and what that serves in turn, each once: an older log may hold a circle."""
    met: set[ResultAbove] = set()
    at = first
    while at is not None and at not in met:
        yield at
        met.add(at)
        found = (fixed.get(at.unit) or {}).get(at.result)
        at = None if found is None else found.above


def _once(ids: Sequence[str], field: str, what: str) -> None:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        raise Invalid(f"{field}: {what} '{twice[0]}' is there twice; give each its own id", field=field)
