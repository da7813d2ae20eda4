"""From the events of work plans to one row each time: the plan as the event left it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, TypeAlias, assert_never, cast
from uuid import UUID

from msgspec import Struct

from neraca.domain.appraisal.events import PlanTerms
from neraca.domain.period import parse
from neraca.domain.workplan import events
from neraca.projecting.projection import Entry, Key, Table, Workspace

Status: TypeAlias = Literal["drafted", "submitted", "returned", "approved", "ended", "withdrawn"]


class WorkPlan(Struct):
    """A plan from `position` on. `due` is the last day on which it should have been approved, where it came later.

    `feedback` is of a return, `reason` of a revision, an end or a withdrawal; `backdated_to` the first day for which
    one of the latter took it away afterwards. `version` is that of the stream.
    """

    agency: str
    stream: UUID
    period: str
    position: int
    employee: str
    starts: date
    ends: date
    status: Status
    feedback: str | None
    due: date | None
    reason: str | None
    backdated_to: date | None
    version: int
    results: list[events.YearResult]
    at: datetime
    recorded_at: datetime
    by: str
    terms: PlanTerms | None


class Plan(Struct):
    """What the fold must know of a plan for the next of its events."""

    agency: str
    stream: UUID
    period: str
    employee: str
    ends: date
    status: Status
    due: date | None
    version: int
    results: list[events.YearResult]
    terms: PlanTerms | None = None
    reason: str | None = None


class Told(Struct):
    """A time limit of the plan for a period, by its last day: whether the log says that it came near, and passed."""

    agency: str
    employee: str
    period: str
    last: date
    near: bool
    passed: bool


WORK_PLAN = Table("work_plan", WorkPlan, ("stream", "period", "position"), append=True)
PLAN = Table("plan", Plan, ("stream", "period"), private=True)
TOLD = Table("told", Told, ("employee", "period", "last"))


def keys(entry: Entry) -> Iterable[tuple[Table[Plan], tuple[Key, ...]]]:
    return ((PLAN, (entry.stream, cast(events.WorkPlanEvent, entry.body).period)),)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(events.WorkPlanEvent, entry.body)
    if isinstance(event, events.PlanDeadlineReminded | events.PlanDeadlinePassed):
        _tell(work, entry, event)
        return
    plan = work.get(PLAN, entry.stream, event.period) or _new(entry, event)
    feedback: str | None = None
    reason: str | None = None
    match event:
        case events.WorkPlanDrafted():
            if plan.status == "withdrawn":
                plan = _new(entry, event)
            plan.status, plan.results, plan.terms = "drafted", event.results, event.terms
        case events.WorkPlanSubmitted():
            plan.status = "submitted"
        case events.WorkPlanReturned():
            plan.status, feedback = "returned", event.feedback
        case events.WorkPlanApproved():
            plan.status, plan.due = "approved", event.due
        case events.WorkPlanRevised():
            plan.results, plan.terms, reason = event.results, event.terms or plan.terms, event.reason
        case events.WorkPlanResultTakenOver():
            plan.results = [result for result in plan.results if result.id != event.taken.result]
            reason = event.taken.note
        case events.WorkPlanChangeAgreed():
            plan.results, reason = event.results, event.reason
        case events.WorkPlanChangeProposed() | events.WorkPlanChangeDeclined():
            # The plan stays as it is; its version moves, and with it what If-Match must name.
            feedback, reason = None, plan.reason
        case events.WorkPlanEnded():
            plan.status, plan.ends, reason = "ended", event.until, event.reason
        case events.WorkPlanWithdrawn():
            plan.status, reason = "withdrawn", event.reason
        case _:
            assert_never(event)
    plan.version, plan.reason = entry.version, reason
    work.put(PLAN, plan)
    backdated_to = event.backdated_to if isinstance(event, events.WorkPlanEnded | events.WorkPlanWithdrawn) else None
    work.put(WORK_PLAN, _row(entry, plan, feedback, reason, backdated_to))


def _tell(work: Workspace, entry: Entry, event: events.PlanDeadlineReminded | events.PlanDeadlinePassed) -> None:
    told = work.get(TOLD, event.employee, event.period, event.last)
    told = told or Told(entry.agency, event.employee, event.period, event.last, near=False, passed=False)
    if isinstance(event, events.PlanDeadlinePassed):
        told.passed = True
    else:
        told.near = True
    work.put(TOLD, told)


def _new(entry: Entry, event: events.WorkPlanEvent) -> Plan:
    ends = parse(event.period).ends
    return Plan(entry.agency, entry.stream, event.period, event.employee, ends, "drafted", None, 0, [])


def _row(entry: Entry, plan: Plan, feedback: str | None, reason: str | None, backdated_to: date | None) -> WorkPlan:
    return WorkPlan(
        agency=entry.agency,
        stream=entry.stream,
        period=plan.period,
        position=entry.position,
        employee=plan.employee,
        starts=parse(plan.period).starts,
        ends=plan.ends,
        status=plan.status,
        feedback=feedback,
        due=plan.due,
        reason=reason,
        backdated_to=backdated_to,
        version=plan.version,
        results=plan.results,
        at=entry.at,
        recorded_at=entry.recorded_at,
        by=entry.by,
        terms=plan.terms,
    )
