"""What the work plans of an employee in a year have become: folded from their events."""

from datetime import date
from enum import Enum, auto
from typing import Literal, assert_never

from msgspec import Struct, field

from neraca.domain.appraisal.events import PlannedResult, PlanTerms, TakenOver
from neraca.domain.period import Period, of_months, parse
from neraca.domain.workplan.events import (
    PlanDeadlinePassed,
    PlanDeadlineReminded,
    WorkPlanApproved,
    WorkPlanChangeAgreed,
    WorkPlanChangeDeclined,
    WorkPlanChangeProposed,
    WorkPlanDrafted,
    WorkPlanEnded,
    WorkPlanEvent,
    WorkPlanResultTakenOver,
    WorkPlanReturned,
    WorkPlanRevised,
    WorkPlanSubmitted,
    WorkPlanWithdrawn,
    YearResult,
)
from neraca.domain.workplan.spread import Course, Courses, course, shares


class Stage(Enum):
    DRAFTING = auto()
    SUBMITTED = auto()
    APPROVED = auto()


class Version(Struct, frozen=True):
    """A plan as it was fixed on a day by an event, the `number`-th of its stream; revisions say why."""

    number: int
    on: date
    results: list[YearResult]
    courses: Courses
    reason: str | None = None
    terms: PlanTerms | None = None
    taken_over: tuple[TakenOver, ...] = ()


class WorkPlan(Struct):
    """`months` are those it holds for: of a post that was given up fewer than it was drafted for. `changes` are those
    that were proposed, by their ids; None of one that was agreed to or declined.
    """

    drafted_for: Period
    months: Period
    stage: Stage = Stage.DRAFTING
    drafted: list[YearResult] = []
    terms: PlanTerms | None = None
    versions: list[Version] = []
    changes: dict[str, WorkPlanChangeProposed | None] = {}

    def version_of(self, period: Period) -> Version | None:
        """As it was fixed when the period ended, or at first where that was later. What is revised after a period has
        no effect on it.
        """
        in_time = [version for version in self.versions if version.on <= period.ends]
        return in_time[-1] if in_time else next(iter(self.versions), None)


class Share(Struct, frozen=True):
    """What a period takes of a plan: which one, which version of it, and the results with the period's targets."""

    plan: str
    version: Version
    results: list[PlannedResult]


class WorkPlans(Struct):
    """`events` counts those of the stream; `plans` are by the label that they were drafted under. `told` are the time
    limits of which the log says already that they came near or passed: for which months, each with its last day.
    """

    events: int = 0
    plans: dict[str, WorkPlan] = field(default_factory=dict[str, WorkPlan])
    told: set[tuple[Literal["near", "passed"], str, date]] = field(
        default_factory=set[tuple[Literal["near", "passed"], str, date]]
    )

    def share(self, period: Period) -> Share | None:
        """Of the approved plan that holds for the last of the days of the period for which there is one."""
        holding = [
            (min(plan.months.ends, period.ends), label, plan, version)
            for label, plan in self.plans.items()
            if plan.months.meets(period) and (version := plan.version_of(period)) is not None
        ]
        if not holding:
            return None
        _, label, plan, version = max(holding, key=lambda one: one[0])
        return Share(label, version, shares(version.results, version.courses, plan.drafted_for, _within(plan, period)))


def _within(plan: WorkPlan, period: Period) -> Period:
    first, last = max(plan.months.starts, period.starts), min(plan.months.ends, period.ends)
    return of_months(first.year, first.month, last.month)


def evolve(state: WorkPlans, event: WorkPlanEvent) -> WorkPlans:
    """Changes the state it is given, and returns it."""
    state.events += 1
    match event:
        case WorkPlanDrafted():
            months = parse(event.period)
            plan = state.plans.setdefault(event.period, WorkPlan(months, months))
            plan.stage, plan.drafted, plan.terms = Stage.DRAFTING, event.results, event.terms
        case WorkPlanSubmitted():
            state.plans[event.period].stage = Stage.SUBMITTED
        case WorkPlanReturned():
            state.plans[event.period].stage = Stage.DRAFTING
        case WorkPlanApproved():
            plan = state.plans[event.period]
            plan.stage = Stage.APPROVED
            fixed = courses(plan.drafted, plan.months)
            plan.versions = [Version(state.events, event.on, plan.drafted, fixed, terms=plan.terms)]
        case WorkPlanRevised():
            plan = state.plans[event.period]
            before, since = plan.versions[-1].courses, months_before(plan.months, event.since)
            revised = courses(event.results, plan.drafted_for, since, before)
            plan.terms = event.terms or plan.terms
            # What is planned again is given back.
            again = {result.id for result in event.results}
            gone = tuple(one for one in plan.versions[-1].taken_over if one.result not in again)
            version = Version(state.events, event.on, event.results, revised, event.reason, plan.terms, gone)
            plan.versions = [*plan.versions, version]
        case WorkPlanResultTakenOver():
            plan = state.plans[event.period]
            plan.versions = [*plan.versions, _without(plan, event, state.events)]
        case WorkPlanChangeProposed():
            state.plans[event.period].changes[event.change] = event
        case WorkPlanChangeDeclined():
            state.plans[event.period].changes[event.change] = None
        case WorkPlanChangeAgreed():
            plan = state.plans[event.period]
            plan.changes[event.change] = None
            last, since = plan.versions[-1], months_before(plan.months, event.since)
            spread = courses_changed(last, event.results, plan.drafted_for, since)
            version = Version(state.events, event.on, event.results, spread, event.reason, plan.terms, last.taken_over)
            plan.versions = [*plan.versions, version]
        case WorkPlanEnded():
            plan = state.plans[event.period]
            plan.months = of_months(event.until.year, plan.months.starts.month, event.until.month)
        case WorkPlanWithdrawn():
            del state.plans[event.period]
        case PlanDeadlineReminded():
            state.told.add(("near", event.period, event.last))
        case PlanDeadlinePassed():
            state.told.add(("passed", event.period, event.last))
        case _:
            assert_never(event)
    return state


def _without(plan: WorkPlan, event: WorkPlanResultTakenOver, number: int) -> Version:
    last, taken = plan.versions[-1], event.taken
    left = [result for result in last.results if result.id != taken.result]
    spread = courses_left(last.courses, taken.result)
    return Version(number, taken.on, left, spread, taken.note, plan.terms, (*last.taken_over, taken))


def courses_left(before: Courses, gone: str) -> Courses:
    """Those of a plan that a result leaves: each of what stays is as it was, for nothing was planned anew."""
    return {(result, target): one for (result, target), one in before.items() if result != gone}


def courses_changed(before: Version, results: list[YearResult], plan: Period, since: int) -> Courses:
    """Those of a plan in which some results are as they were, and keep theirs; what is new or changed is spread from
    the month `since` on, counted from 0.
    """
    kept = {one.id for one in results if one in before.results}
    spread = courses([one for one in results if one.id not in kept], plan, since, before.courses)
    return {key: one for key, one in before.courses.items() if key[0] in kept} | spread


def courses(results: list[YearResult], plan: Period, since: int = 0, before: Courses | None = None) -> Courses:
    """The course of every target that has a number."""
    found: dict[tuple[str, str], Course | None] = {
        (result.id, target.id): course(target, plan, since, (before or {}).get((result.id, target.id)))
        for result in results
        for target in result.targets
    }
    return {key: one for key, one in found.items() if one is not None}


def months_before(plan: Period, day: date) -> int:
    """How many months of the plan lie before the month of a day."""
    return max(day.month - plan.starts.month, 0)
