"""From the events of plans and links to what each person plans for a year, result by result, and what each serves."""

from collections.abc import Iterable
from typing import Any, TypeAlias, assert_never, get_args
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from msgspec import Struct, to_builtins
from msgspec.structs import asdict, replace

from neraca.domain.appraisal import events as of_period
from neraca.domain.appraisal.events import PlannedResult
from neraca.domain.appraisal.state import revised, with_revised, without_taken_over
from neraca.domain.cascade.links import ResultLinked, ResultUnlinked
from neraca.domain.event_facets import WithoutPlan
from neraca.domain.period import parse
from neraca.domain.vocabulary import Perspective, Priority
from neraca.domain.workplan import events as of_year
from neraca.domain.workplan.events import YearResult
from neraca.projecting.projection import Entry, Key, Table, Workspace

LinkEvent: TypeAlias = ResultLinked | ResultUnlinked
PlanningEvent: TypeAlias = of_period.AppraisalEvent | of_year.WorkPlanEvent | LinkEvent
PLANNING = tuple(kind for kind in get_args(PlanningEvent) if not issubclass(kind, WithoutPlan))


class Planned(Struct):
    """A result that somebody plans or has planned, or that was linked, from `position` on. `node` is its name in one
    word, and `serves_node` that of a person's result which it serves; `linked` is the event that linked it.
    """

    agency: str
    employee: str
    period: str
    result: str
    position: int
    node: UUID
    year: int
    nth: int = 0
    planned: bool = False
    fixed: bool = False
    title: str = ""
    priority: Priority = Priority.PRIMARY
    perspective: Perspective | None = None
    targets: list[dict[str, Any]] = []
    linked: int | None = None
    serves: str | None = None
    serves_node: UUID | None = None
    serves_unit: str | None = None


class PlannedThen(Planned):
    """The same as it was from `position` on, and no more from `until` on."""

    until: int | None = None


class AppraisalPlan(Struct):
    """What the fold must know of an appraisal's plan for the next of its events."""

    agency: str
    stream: UUID
    employee: str
    period: str
    year: int
    fixed: bool = False
    results: list[PlannedResult] = []


class YearOfPlans(Struct):
    """The ids in each plan of somebody for a year: of plans of the year, which go before those of its periods."""

    agency: str
    employee: str
    year: int
    of_year: bool = False
    plans: dict[str, list[str]] = {}


PLANNED = Table("planned", Planned, ("employee", "period", "result"))
PLANNED_THEN = Table("planned_then", PlannedThen, ("node", "position"))
APPRAISAL_PLAN = Table("appraisal_plan", AppraisalPlan, ("stream",), private=True)
YEAR_OF_PLANS = Table("year_of_plans", YearOfPlans, ("employee", "year"), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    match entry.body:
        case ResultLinked() | ResultUnlinked() as event:
            yield PLANNED, (event.employee, event.period, event.result)
        case of_year.OfWorkPlan() as event:
            yield YEAR_OF_PLANS, (event.employee, parse(event.period).starts.year)
        case _:
            yield APPRAISAL_PLAN, (entry.stream,)


def apply(work: Workspace, entry: Entry, event: PlanningEvent) -> None:
    match event:
        case ResultLinked() | ResultUnlinked():
            _link(work, entry, event)
        case of_year.OfWorkPlan():
            _plan_year(work, entry, event)
        case of_period.Opened():
            opened = AppraisalPlan(entry.agency, entry.stream, event.employee, event.period, event.starts.year)
            work.put(APPRAISAL_PLAN, opened)
        case _:
            _plan_period(work, entry, event)


class _Changes:
    """The results that one event changes, each stored once: as it stands, and as it was from then on."""

    def __init__(self, work: Workspace, entry: Entry, year: int) -> None:
        self._work, self._entry, self._year = work, entry, year
        self._before: dict[tuple[str, str, str], Planned | None] = {}
        self._after: dict[tuple[str, str, str], Planned] = {}

    def row(self, employee: str, period: str, result: str) -> Planned:
        key = (employee, period, result)
        if key not in self._after:
            known = self._work.get(PLANNED, *key)
            self._before[key] = None if known is None else replace(known)
            self._after[key] = known or self._new(*key)
        return self._after[key]

    def load(self, employee: str, period: str, results: Iterable[str]) -> None:
        self._work.prefetch(PLANNED, [(employee, period, result) for result in results])

    def store(self) -> None:
        changed = [(row, self._before[key]) for key, row in self._after.items() if row != self._before[key]]
        self._work.prefetch(PLANNED_THEN, [(before.node, before.position) for _, before in changed if before])
        for row, before in changed:
            if before is not None and (then := self._work.get(PLANNED_THEN, before.node, before.position)) is not None:
                then.until = self._entry.position
                self._work.put(PLANNED_THEN, then)
            row.position = self._entry.position
            self._work.put(PLANNED, row)
            self._work.put(PLANNED_THEN, PlannedThen(**asdict(row)))

    def _new(self, employee: str, period: str, result: str) -> Planned:
        agency = self._entry.agency
        return Planned(agency, employee, period, result, 0, node_of(agency, employee, period, result), self._year)


def node_of(agency: str, employee: str, period: str, result: str) -> UUID:
    return uuid5(NAMESPACE_OID, msgspec.json.encode([agency, employee, period, result]).decode())


def _link(work: Workspace, entry: Entry, event: LinkEvent) -> None:
    changes = _Changes(work, entry, parse(event.period).starts.year)
    row = changes.row(event.employee, event.period, event.result)
    serves = event.serves if isinstance(event, ResultLinked) else None
    row.linked = None if serves is None else entry.position
    row.serves = None if serves is None else serves.result
    row.serves_unit = None if serves is None else serves.unit
    row.serves_node = None
    if serves is not None and serves.employee is not None and serves.period is not None:
        row.serves_node = node_of(entry.agency, serves.employee, serves.period, serves.result)
    changes.store()


def _plan_year(work: Workspace, entry: Entry, event: of_year.WorkPlanEvent) -> None:
    year = parse(event.period).starts.year
    whole = work.get(YEAR_OF_PLANS, event.employee, year) or YearOfPlans(entry.agency, event.employee, year)
    changes = _Changes(work, entry, year)
    if not whole.of_year:
        for period, ids in whole.plans.items():
            _leave(changes, event.employee, period, ids)
        whole.of_year, whole.plans = True, {}
    match event:
        case of_year.WorkPlanDrafted():
            _show(changes, whole, event.period, event.results, fixed=False)
        case of_year.WorkPlanRevised() | of_year.WorkPlanChangeAgreed():
            _show(changes, whole, event.period, event.results, fixed=True)
        case of_year.WorkPlanWithdrawn():
            _show(changes, whole, event.period, [], fixed=False)
        case of_year.WorkPlanApproved() | of_year.WorkPlanEnded():
            ids = whole.plans.get(event.period, [])
            changes.load(event.employee, event.period, ids)
            for result in ids:
                changes.row(event.employee, event.period, result).fixed = True
        case of_year.WorkPlanResultTakenOver():
            gone = event.taken.result
            _leave(changes, event.employee, event.period, [gone])
            whole.plans[event.period] = [one for one in whole.plans.get(event.period, []) if one != gone]
        case WithoutPlan():
            pass
        case _:
            assert_never(event)
    work.put(YEAR_OF_PLANS, whole)
    changes.store()


def _plan_period(work: Workspace, entry: Entry, event: of_period.AppraisalEvent) -> None:
    plan = work.get(APPRAISAL_PLAN, entry.stream)
    if plan is None:
        raise LookupError(f"{entry.agency}:{entry.position} {entry.tag}: no appraisal was opened in {entry.stream}")
    results = {one.id: one for one in plan.results}
    match event:
        case of_period.PlanDrafted():
            plan.results, plan.fixed = event.results, False
        case of_period.PlanApproved():
            plan.fixed = True
        case of_period.PlanTaken():
            plan.results, plan.fixed = event.results, True
        case of_period.PlanChangeAgreed():
            plan.results = event.results
        case of_period.TargetRevised():
            plan.results = [revised(one, event) if one.id == event.result else one for one in plan.results]
        case of_period.ResultTakenOver():
            plan.results = [*without_taken_over(results, event).values()]
        case of_period.TakeOverRevised():
            plan.results = [*with_revised(results, event).values()]
        case of_period.Cancelled():
            plan.results, plan.fixed = [], False
        case of_period.Opened() | WithoutPlan():
            pass
        case _:
            assert_never(event)
    work.put(APPRAISAL_PLAN, plan)
    whole = work.get(YEAR_OF_PLANS, plan.employee, plan.year) or YearOfPlans(entry.agency, plan.employee, plan.year)
    if whole.of_year:
        return
    changes = _Changes(work, entry, plan.year)
    _show(changes, whole, plan.period, plan.results, fixed=plan.fixed)
    work.put(YEAR_OF_PLANS, whole)
    changes.store()


def _show(
    changes: _Changes,
    whole: YearOfPlans,
    period: str,
    results: list[PlannedResult] | list[YearResult],
    *,
    fixed: bool,
) -> None:
    """A plan in the place of what there was of it."""
    before, now = whole.plans.get(period, []), [one.id for one in results]
    changes.load(whole.employee, period, {*before, *now})
    _leave(changes, whole.employee, period, [one for one in before if one not in now])
    for nth, one in enumerate(results):
        row = changes.row(whole.employee, period, one.id)
        row.planned, row.fixed, row.nth, row.year = True, fixed, nth, whole.year
        row.title, row.priority, row.perspective = one.title, one.priority, one.perspective
        row.targets = to_builtins(one.targets)
    whole.plans[period] = now


def _leave(changes: _Changes, employee: str, period: str, results: list[str]) -> None:
    changes.load(employee, period, results)
    for result in results:
        row = changes.row(employee, period, result)
        row.planned, row.fixed = False, False
