"""From the events of missions, unit plans and links to one row each time: each as the event left it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias, assert_never, cast
from uuid import UUID

from msgspec import Struct, to_builtins

from neraca.domain.appraisal.events import PlanChangeAgreed, PlanChangeDeclined, PlanChangeProposed
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.period import parse
from neraca.domain.workplan.events import (
    OfWorkPlan,
    WorkPlanChangeAgreed,
    WorkPlanChangeDeclined,
    WorkPlanChangeProposed,
)
from neraca.projecting.projection import Entry, Key, Table, Workspace

Status: TypeAlias = Literal["drafted", "submitted", "returned", "approved"]
ChangeStatus: TypeAlias = Literal["proposed", "agreed", "declined"]
Proposed: TypeAlias = PlanChangeProposed | WorkPlanChangeProposed
Answered: TypeAlias = PlanChangeAgreed | WorkPlanChangeAgreed | PlanChangeDeclined | WorkPlanChangeDeclined
CascadeEvent: TypeAlias = mission.MissionEvent | unit_plan.UnitPlanEvent | links.LinksEvent | Proposed | Answered


class Mission(Struct):
    """From `position` on; `reason` is that of a revision or an end."""

    agency: str
    first_year: int
    position: int
    last_year: int
    vision: str
    missions: list[mission.Mission]
    decree: str
    reason: str | None
    at: datetime
    by: str


class Span(Struct):
    """What the fold must know of a mission for the next of its events."""

    agency: str
    first_year: int
    last_year: int
    vision: str
    missions: list[mission.Mission]
    decree: str


class UnitPlan(Struct):
    """From `position` on. `fixed` is whether others may serve its results; `feedback` is of a return, `reason` of a
    revision, `version` that of the stream.
    """

    agency: str
    unit: str
    year: int
    position: int
    status: Status
    fixed: bool
    head: str | None
    feedback: str | None
    reason: str | None
    results: list[unit_plan.UnitResult]
    version: int
    at: datetime
    by: str


class StandingUnitPlan(Struct):
    """What the fold must know of a unit's plan for the next of its events."""

    agency: str
    unit: str
    year: int
    head: str | None
    results: list[unit_plan.UnitResult]


class Link(Struct):
    """From `position` on; `serves` is the id of a result, None where the link was undone."""

    agency: str
    employee: str
    period: str
    result: str
    position: int
    year: int
    serves: str | None
    serves_employee: str | None
    serves_period: str | None
    serves_unit: str | None
    kind: str | None
    target: str | None
    share: Decimal | None
    day: date
    reason: str | None
    by: str


class PlanChange(Struct):
    """What was proposed, by the employee or who is above; `answer` is why it was declined, `answered` the event."""

    agency: str
    stream: UUID
    period: str
    change: str
    position: int
    at: datetime
    by: str
    reason: str
    results: list[dict[str, Any]]
    dropped: list[str]
    status: ChangeStatus
    answered_by: str | None = None
    answer: str | None = None
    answered: int | None = None


class Talk(Struct):
    """What was noted of a talk about a plan."""

    agency: str
    employee: str
    period: str
    position: int
    day: date
    by: str
    note: str


MISSION = Table("mission", Mission, ("first_year", "position"), append=True)
SPAN = Table("span", Span, ("first_year",), private=True)
UNIT_PLAN = Table("unit_plan", UnitPlan, ("year", "unit", "position"), append=True)
STANDING_UNIT_PLAN = Table("standing_unit_plan", StandingUnitPlan, ("unit", "year"), private=True)
LINK = Table("link", Link, ("employee", "period", "result", "position"), append=True)
PLAN_CHANGE = Table("plan_change", PlanChange, ("stream", "period", "change"))
TALK = Table("talk", Talk, ("employee", "period", "position"), append=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    match entry.body:
        case mission.OfMission() as event:
            return ((SPAN, (event.first_year,)),)
        case unit_plan.OfUnitPlan() as event:
            return ((STANDING_UNIT_PLAN, (event.unit, event.year)),)
        case links.OfLinks():
            return ()
        case PlanChangeAgreed() | PlanChangeDeclined() | WorkPlanChangeAgreed() | WorkPlanChangeDeclined() as event:
            return ((PLAN_CHANGE, (entry.stream, _period(event), event.change)),)
        case PlanChangeProposed() | WorkPlanChangeProposed():
            return ()
        case other:
            raise TypeError(f"{type(other).__name__} is no event of a cascade")


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(CascadeEvent, entry.body)
    match event:
        case mission.MissionSet() | mission.MissionRevised() | mission.MissionEnded():
            _mission(work, entry, event)
        case (
            unit_plan.UnitPlanDrafted()
            | unit_plan.UnitPlanSubmitted()
            | unit_plan.UnitPlanReturned()
            | unit_plan.UnitPlanApproved()
            | unit_plan.UnitPlanRevised()
        ):
            _unit_plan(work, entry, event)
        case links.ResultLinked():
            work.put(LINK, _link(entry, event, event.serves))
        case links.ResultUnlinked():
            work.put(LINK, _link(entry, event, None))
        case links.PlanTalkNoted():
            work.put(
                TALK,
                Talk(entry.agency, event.employee, event.period, entry.position, event.on, event.by, event.note),
            )
        case PlanChangeProposed() | WorkPlanChangeProposed():
            _propose(work, entry, event)
        case PlanChangeAgreed() | WorkPlanChangeAgreed():
            _answer(work, entry, event, "agreed", None)
        case PlanChangeDeclined() | WorkPlanChangeDeclined():
            _answer(work, entry, event, "declined", event.reason)
        case _:
            assert_never(event)


def _propose(work: Workspace, entry: Entry, event: Proposed) -> None:
    row = PlanChange(
        agency=entry.agency,
        stream=entry.stream,
        period=_period(event),
        change=event.change,
        position=entry.position,
        at=entry.at,
        by=event.by,
        reason=event.reason,
        results=to_builtins(event.results),
        dropped=event.drop,
        status="proposed",
    )
    work.put(PLAN_CHANGE, row)


def _answer(work: Workspace, entry: Entry, event: Answered, status: ChangeStatus, answer: str | None) -> None:
    row = work.get(PLAN_CHANGE, entry.stream, _period(event), event.change)
    if row is None:
        # An appraisal that was cut begins with what was agreed to in the whole, and not with what was proposed.
        return
    row.status, row.answered_by, row.answer, row.answered = status, event.by, answer, entry.position
    work.put(PLAN_CHANGE, row)


def _period(event: Proposed | Answered) -> str:
    """Of a plan of the year; several may be in one stream."""
    return event.period if isinstance(event, OfWorkPlan) else ""


def _mission(work: Workspace, entry: Entry, event: mission.MissionEvent) -> None:
    reason: str | None = None
    match event:
        case mission.MissionSet():
            span = Span(entry.agency, event.first_year, event.last_year, event.vision, event.missions, event.decree)
        case mission.MissionRevised():
            span = _span(work, event)
            span.vision, span.missions, reason = event.vision, event.missions, event.reason
        case mission.MissionEnded():
            span = _span(work, event)
            span.last_year, reason = event.last_year, event.reason
        case _:
            assert_never(event)
    work.put(SPAN, span)
    row = Mission(
        agency=entry.agency,
        first_year=span.first_year,
        position=entry.position,
        last_year=span.last_year,
        vision=span.vision,
        missions=span.missions,
        decree=span.decree,
        reason=reason,
        at=entry.at,
        by=entry.by,
    )
    work.put(MISSION, row)


def _span(work: Workspace, event: mission.MissionRevised | mission.MissionEnded) -> Span:
    found = work.get(SPAN, event.first_year)
    if found is None:
        raise LookupError(f"no mission begins with {event.first_year}")
    return found


def _unit_plan(work: Workspace, entry: Entry, event: unit_plan.UnitPlanEvent) -> None:
    plan = work.get(STANDING_UNIT_PLAN, event.unit, event.year)
    plan = plan or StandingUnitPlan(entry.agency, event.unit, event.year, None, [])
    feedback: str | None = None
    reason: str | None = None
    status: Status
    match event:
        case unit_plan.UnitPlanDrafted():
            status, plan.results = "drafted", event.results
        case unit_plan.UnitPlanSubmitted():
            status, plan.head = "submitted", event.head
        case unit_plan.UnitPlanReturned():
            status, feedback = "returned", event.feedback
        case unit_plan.UnitPlanApproved():
            status = "approved"
        case unit_plan.UnitPlanRevised():
            status, plan.results, reason = "approved", event.results, event.reason
        case _:
            assert_never(event)
    work.put(STANDING_UNIT_PLAN, plan)
    row = UnitPlan(
        agency=entry.agency,
        unit=event.unit,
        year=event.year,
        position=entry.position,
        status=status,
        fixed=status == "approved",
        head=plan.head,
        feedback=feedback,
        reason=reason,
        results=plan.results,
        version=entry.version,
        at=entry.at,
        by=entry.by,
    )
    work.put(UNIT_PLAN, row)


def _link(entry: Entry, event: links.ResultLinked | links.ResultUnlinked, serves: links.Served | None) -> Link:
    linked = event if isinstance(event, links.ResultLinked) else None
    return Link(
        agency=entry.agency,
        employee=event.employee,
        period=event.period,
        result=event.result,
        position=entry.position,
        year=parse(event.period).starts.year,
        serves=None if serves is None else serves.result,
        serves_employee=None if serves is None else serves.employee,
        serves_period=None if serves is None else serves.period,
        serves_unit=None if serves is None else serves.unit,
        kind=None if linked is None else linked.kind.value,
        target=None if linked is None else linked.target,
        share=None if linked is None else linked.share,
        day=event.on,
        reason=event.reason,
        by=entry.by,
    )
