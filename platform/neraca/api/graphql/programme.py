"""Programmes and teams: what they are for, who is in them, what they are measured by and what they came to."""

from asyncio import Task, ensure_future
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal as Number
from typing import Any

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.appraisals.plan_and_reports import Evidence
from neraca.api.graphql.support.connections import DEFAULT, MOST, Page, part
from neraca.api.graphql.support.context import Info, RequestContext
from neraca.api.graphql.support.enums import Counting, Polarity, ProgrammeKind, ReportStatus
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.domain.group_privacy import FLOOR
from neraca.domain.programme import state
from neraca.domain.programme.events import (
    ConcludedIndicator,
    MemberJoined,
    MemberLeft,
    OfConclusion,
    PeriodCorrected,
    ProgrammeEnded,
    ProgrammeEvent,
    ProgrammeProgressReported,
    ProgrammeReportAccepted,
    ProgrammeReportReturned,
    ProgrammeRevised,
    ProgrammeStarted,
    Stretch,
)
from neraca.service.programme_outcomes import Conclusion, outcomes, say_before
from neraca.service.programme_outcomes import ProgrammeOutcome as Outcome

_HEADER = [str(kind.__struct_config__.tag) for kind in (ProgrammeStarted, ProgrammeRevised, ProgrammeEnded)]
"""The types of what is told of each in a list."""

_STATUS = {
    state.ReportFate.PENDING: ReportStatus.PENDING,
    state.ReportFate.ACCEPTED: ReportStatus.ACCEPTED,
    state.ReportFate.RETURNED: ReportStatus.RETURNED,
}


class StepRow(Struct, frozen=True):
    position: int
    version: int
    at: datetime
    by: str
    event: ProgrammeEvent


class ProgrammeRow(Struct, frozen=True):
    programme: str
    steps: list[StepRow]


_ROWS = msgspec.json.Decoder(list[ProgrammeRow])


class Folded(Struct, frozen=True):
    """A programme as its steps left it. `sees_people` tells whether the reader may know who is in it."""

    programme: state.Programme
    steps: Sequence[StepRow]
    sees_people: bool


class Loader:
    """All of a programme, read once in a query and only where some field asks for it."""

    def __init__(
        self, context: RequestContext, access_scope: AccessScope, programme: str, position: int | None
    ) -> None:
        self.agency, self.position = access_scope.agency, position
        self._context, self._access_scope, self._programme = context, access_scope, programme
        self._task: Task[Folded] | None = None

    async def get(self) -> Folded:
        if self._task is None:
            self._task = ensure_future(self._load())
        return await self._task

    async def _load(self) -> Folded:
        rows = await _rows(self._context, self.agency, self.position, Page(1), programme=self._programme, tags=None)
        steps = rows[0].steps
        programme = _folded(steps)
        return Folded(programme, steps, await _sees_people(self._context, self._access_scope, programme))


@strawberry.type(description="A share that a member has from a day on.")
class ProgrammeShare:
    since: date = strawberry.field(description="From this day on.")
    share: Decimal = strawberry.field(description="Above 0 and at most 1.")


@strawberry.type(description="Days for which somebody is a member of a programme.")
class ProgrammeMember:
    employee_number: str = strawberry.field(description="NIP.")
    role: str = strawberry.field(description="What they do in it.")
    since: date = strawberry.field(description="Their first day.")
    until: date | None = strawberry.field(description="Their last day; null as long as they have not left.")
    reason: str | None = strawberry.field(description="Why they left.")
    retired: date | None = strawberry.field(
        description="The last day of their service where it has one: nothing counts after it, left or not."
    )
    shares: list[ProgrammeShare] = strawberry.field(description="Their shares, each from a day on.")


@strawberry.type(description="What an indicator stood at before the programme began.")
class ProgrammeBaseline:
    value: Decimal = strawberry.field(description="The value.")
    on: date = strawberry.field(description="On which day.")
    source: str = strawberry.field(description="Who says so.")
    reason: str | None = strawberry.field(description="Why that was revised; null of what was said at first.")
    event: Position = strawberry.field(description="The event that says so.")


@strawberry.type(description="What is to be reached in a period.")
class ProgrammeTarget:
    period: str = strawberry.field(description="Label of the period.")
    target: Decimal = strawberry.field(description="How much.")


@strawberry.type(description="What a programme is measured by.")
class ProgrammeIndicator:
    indicator: str = strawberry.field(description="Its id within the programme.")
    title: str = strawberry.field(description="What it measures.")
    measure: str = strawberry.field(description="Unit of measure.")
    polarity: Polarity = strawberry.field(description="Which way it is exceeded.")
    counting: Counting = strawberry.field(description="How it counts for members.")
    actual_fact: str | None = strawberry.field(description="The fact of a policy that the actual becomes for members.")
    target_fact: str | None = strawberry.field(description="The fact of a policy that the target becomes for members.")
    before: ProgrammeBaseline | None = strawberry.field(description="Where it stood before; null where nobody said.")
    named: strawberry.Private[Mapping[str, Number]]

    @strawberry.field(description="By period.")
    def targets(self, first: int = 12, after: int = 0) -> list[ProgrammeTarget]:
        found = [ProgrammeTarget(period=label, target=_number(self.named[label])) for label in sorted(self.named)]
        return part(found, first, after)


@strawberry.type(description="A report of a programme: filed once, for all members.")
class ProgrammeReport:
    report: str = strawberry.field(description="Its id within the programme.")
    indicator: str = strawberry.field(description="Of which indicator.")
    until: date = strawberry.field(description="Up to which day `actual` counts.")
    actual: Decimal = strawberry.field(description="What was reached.")
    status: ReportStatus = strawberry.field(description="What was made of it.")
    by: str = strawberry.field(description="Employee number of who filed it.")
    at: datetime = strawberry.field(description="When.")
    note: str | None = strawberry.field(description="What they say to it.")
    evidence: list[Evidence] = strawberry.field(description="What it rests on.")
    answered_by: str | None = strawberry.field(description="Who accepted or returned it.")
    feedback: str | None = strawberry.field(description="What was said to it.")
    position: Position = strawberry.field(description="The event that filed it.")


@strawberry.type(description="Days of a member in a period, with one share.")
class ProgrammeStretch:
    since: date = strawberry.field(description="First day.")
    until: date = strawberry.field(description="Last day.")
    share: Decimal = strawberry.field(description="The share on these days.")


@strawberry.type(description="What one member had of a period.")
class MemberPart:
    employee_number: str = strawberry.field(description="NIP.")
    stretches: list[ProgrammeStretch] = strawberry.field(
        description="The days on which they served in it; none where they were left out by a correction."
    )
    actual: Decimal | None = strawberry.field(description="Of what is shared out: their part. Null of a rate.")
    target: Decimal | None = strawberry.field(description="The same of the target.")


@strawberry.type(description="What an indicator came to in a period.")
class ConcludedProgrammeIndicator:
    indicator: str = strawberry.field(description="Its id within the programme.")
    actual: Decimal = strawberry.field(description="What was reached.")
    target: Decimal = strawberry.field(description="What was to be.")
    until: date = strawberry.field(description="Up to which day it was reported.")
    counting: Counting = strawberry.field(description="How it counts for members.")
    events: list[Position] = strawberry.field(description="The events of the report it rests on.")
    of: strawberry.Private[OfConclusion]
    one: strawberry.Private[ConcludedIndicator]
    sees_people: strawberry.Private[bool]

    @strawberry.field(description="Who had which part; null for those who may not know who is in the programme.")
    def members(self, first: int = DEFAULT, after: int = 0) -> list[MemberPart] | None:
        if not self.sees_people:
            return None
        found = sorted(self.of.members)
        return [_member_part(employee, self.of.members[employee], self.one) for employee in part(found, first, after)]


@strawberry.type(description="What stands of a period of a programme.")
class ProgrammePeriod:
    period: str = strawberry.field(description="Label of the period.")
    corrected: bool = strawberry.field(description="Whether it was concluded before, and corrected.")
    reason: str | None = strawberry.field(description="Why it was corrected.")
    by: str = strawberry.field(description="Who concluded or corrected it.")
    at: datetime = strawberry.field(description="When.")
    position: Position = strawberry.field(description="The event, which the members' facts lead back to.")
    of: strawberry.Private[OfConclusion]
    loader: strawberry.Private[Loader]
    sees_people: strawberry.Private[bool]
    context: strawberry.Private[RequestContext]

    @strawberry.field(description="What each indicator came to.")
    def indicators(self, first: int = 10, after: int = 0) -> list[ConcludedProgrammeIndicator]:
        return [
            ConcludedProgrammeIndicator(
                indicator=one.indicator,
                actual=_number(one.actual),
                target=_number(one.target),
                until=one.until,
                counting=one.counting,
                events=[Position(at) for at in one.at],
                of=self.of,
                one=one,
                sees_people=self.sees_people,
            )
            for one in part(self.of.indicators, first, after)
        ]

    @strawberry.field(
        description="Whose final result rests on what was concluded before the correction: it stays as it is until an "
        "objection opens it. Null for those who may not know who is in the programme."
    )
    async def outdated(self, first: int = DEFAULT, after: int = 0) -> list[str] | None:
        if not self.sees_people:
            return None
        if not self.corrected:
            return []
        params = {
            "agency": self.loader.agency,
            "period": self.period,
            "people": sorted(self.of.members),
            "position": self.loader.position,
            "corrected": self.position,
        }
        rows = await self.context.parts.reads.rows(self.loader.agency, "graphql/outdated-results", params)
        return part([row["employee"] for row in rows], first, after)


@strawberry.type(description="What an indicator stood at before the programme began, and came to in a period since.")
class ProgrammeOutcome:
    indicator: str = strawberry.field(description="Its id within the programme.")
    title: str = strawberry.field(description="What it measures.")
    measure: str = strawberry.field(description="Unit of measure.")
    period: str = strawberry.field(description="Label of the period.")
    before: ProgrammeBaseline | None = strawberry.field(description="Where it stood before; null where nobody said.")
    after: Decimal = strawberry.field(description="What was reached.")
    target: Decimal = strawberry.field(description="What was to be.")
    until: date = strawberry.field(description="Up to which day it was reported.")
    change: Decimal | None = strawberry.field(description="After less before; null where nothing was said of before.")
    better: bool | None = strawberry.field(description="Whether the change goes the way it should; null without one.")
    people: int | None = strawberry.field(
        description="How many had a part in it; null where those are fewer than five, for those who may not know who."
    )
    units: list[str] = strawberry.field(description="Ids of the units that take part.")
    least: Decimal | None = strawberry.field(
        description="Of what is shared out, the smallest part that somebody has. Null for those who may not know who."
    )
    middle: Decimal | None = strawberry.field(description="The part of whom as many have more as have less.")
    most: Decimal | None = strawberry.field(description="The largest part.")
    position: Position = strawberry.field(description="The event that concluded or corrected the period.")
    events: list[Position] = strawberry.field(description="The events of the report it rests on.")


@strawberry.type(description="A programme, or a team for a piece of work, of several units of an agency.")
class Programme:
    programme: str = strawberry.field(description="Its id within the agency.")
    kind: ProgrammeKind = strawberry.field(description="A programme or a team.")
    title: str = strawberry.field(description="What it is called.")
    aim: str = strawberry.field(description="What it is for.")
    description: str = strawberry.field(description="What it does.")
    units: list[str] = strawberry.field(description="Ids of the units that take part.")
    begins: date = strawberry.field(description="Its first day.")
    ends: date = strawberry.field(description="Its last day as planned.")
    ended: date | None = strawberry.field(description="Its last day; null as long as it runs.")
    completed: bool | None = strawberry.field(description="Whether it reached its end; null as long as it runs.")
    end_reason: str | None = strawberry.field(description="Why it ended.")
    loader: strawberry.Private[Loader]

    @strawberry.field(
        description='Version of the stream, for If-Match: `"v<version>"`; null for those who may not know who is in it.'
    )
    async def version(self) -> int | None:
        told = await self.loader.get()
        return told.steps[-1].version if told.sees_people else None

    @strawberry.field(description="Employee number of who leads it; null for those who may not know who is in it.")
    async def lead(self) -> str | None:
        told = await self.loader.get()
        return told.programme.lead if told.sees_people else None

    @strawberry.field(description="The official who owns it; null for those who may not know who is in it.")
    async def owner(self) -> str | None:
        told = await self.loader.get()
        return told.programme.owner if told.sees_people else None

    @strawberry.field(
        description="Who is and was in it, by number and day. For members, lead and owner, who is above a member, and "
        "those who see everybody's appraisal; null for others."
    )
    async def members(self, info: Info, first: int = DEFAULT, after: int = 0) -> list[ProgrammeMember] | None:
        told = await self.loader.get()
        if not told.sees_people:
            return None
        people = {"people": sorted(told.programme.stays)}
        params = people | {"agency": self.loader.agency, "position": self.loader.position}
        rows = await info.context.parts.reads.rows(self.loader.agency, "graphql/last-days", params)
        return part(_members(told, {row["employee"]: row["last_day"] for row in rows}), first, after)

    @strawberry.field(description="What it is measured by.")
    async def indicators(self, first: int = DEFAULT, after: int = 0) -> list[ProgrammeIndicator]:
        told = await self.loader.get()
        said = _said_before(told)
        return part([_indicator(one, said) for one in told.programme.indicators.values()], first, after)

    @strawberry.field(description="Reports, the newest first; null for those who may not know who is in it.")
    async def reports(self, first: int = DEFAULT, after: int = 0) -> list[ProgrammeReport] | None:
        told = await self.loader.get()
        return part(_reports(told), first, after) if told.sees_people else None

    @strawberry.field(description="What stands of each period that was concluded.")
    async def periods(self, info: Info, first: int = 8, after: int = 0) -> list[ProgrammePeriod]:
        told = await self.loader.get()
        standing = sorted(_standing(told).values(), key=lambda one: one.position)
        return [_period(one, told, self.loader, info.context) for one in part(standing, first, after)]

    @strawberry.field(description="What its indicators stood at before it began, and came to in each period since.")
    async def outcomes(self, first: int = DEFAULT, after: int = 0) -> list[ProgrammeOutcome]:
        told = await self.loader.get()
        standing = sorted(_standing(told).values(), key=lambda one: one.position)
        concluded = [Conclusion(step.position, step.event) for step in standing if isinstance(step.event, OfConclusion)]
        found = outcomes(told.programme, concluded, _said_before(told))
        return [_outcome(one, told) for one in part(found, first, after)]


async def read(
    context: RequestContext,
    access_scope: AccessScope,
    position: int | None,
    at: Page,
    *,
    programme: str | None = None,
    member: str | None = None,
) -> list[Programme]:
    """By id, as it is known at a position, or now."""
    rows = await _rows(
        context,
        access_scope.agency,
        position,
        at,
        programme=programme,
        member=member,
        tags=_HEADER,
    )
    return [_programme(row, Loader(context, access_scope, row.programme, position)) for row in rows]


async def of_member(context: RequestContext, agency: str, employee: str, position: int | None) -> list[Programme]:
    """Those that somebody was ever in, for whoever may see them; none for others."""
    access_scope = context.scope_of(agency)
    if access_scope is None:
        return []
    if access_scope.reader not in (None, employee):
        known = await reach(context, agency, access_scope.reader)
        if employee not in known["below"]:
            return []
    return await read(context, access_scope, position, Page(MOST), member=employee)


async def _rows(
    context: RequestContext,
    agency: str,
    position: int | None,
    at: Page,
    *,
    tags: list[str] | None,
    programme: str | None = None,
    member: str | None = None,
) -> list[ProgrammeRow]:
    params: dict[str, Any] = {
        "agency": agency,
        "position": position,
        **at.params("programme"),
        "programme": programme,
        "member": member,
        "tags": tags,
    }
    found = await context.parts.reads.one(agency, "graphql/programmes", params, at.sections)
    return _ROWS.decode(found["rows"])


async def _sees_people(context: RequestContext, access_scope: AccessScope, of: state.Programme) -> bool:
    reader = access_scope.reader
    if reader is None or reader in (of.lead, of.owner) or reader in of.stays:
        return True
    known = await reach(context, access_scope.agency, reader)
    return not of.stays.keys().isdisjoint(known["below"])


def _folded(steps: Sequence[StepRow]) -> state.Programme:
    found = state.Programme()
    for step in steps:
        state.evolve(found, step.event)
    return found


def _programme(row: ProgrammeRow, loader: Loader) -> Programme:
    found = _folded(row.steps)
    started = found.started
    if started is None:
        raise LookupError(f"{row.programme} was never started")
    ended = next((step.event for step in reversed(row.steps) if isinstance(step.event, ProgrammeEnded)), None)
    return Programme(
        programme=row.programme,
        kind=started.kind,
        title=started.title,
        aim=started.purpose,
        description=started.description,
        units=list(started.units),
        begins=started.begins,
        ends=started.ends,
        ended=found.ended,
        completed=None if ended is None else ended.completed,
        end_reason=None if ended is None else ended.reason,
        loader=loader,
    )


def _members(told: Folded, last_days: Mapping[str, date]) -> list[ProgrammeMember]:
    roles = {
        (step.event.employee, step.event.since): step.event.role
        for step in told.steps
        if isinstance(step.event, MemberJoined)
    }
    reasons = {
        (step.event.employee, step.event.on): step.event.reason
        for step in told.steps
        if isinstance(step.event, MemberLeft)
    }
    return [
        ProgrammeMember(
            employee_number=employee,
            role=roles[employee, stay.since],
            since=stay.since,
            until=stay.until,
            reason=None if stay.until is None else reasons.get((employee, stay.until)),
            retired=last_days.get(employee),
            shares=[ProgrammeShare(since=since, share=_number(share)) for since, share in stay.shares],
        )
        for employee in sorted(told.programme.stays)
        for stay in told.programme.stays[employee]
    ]


def _said_before(told: Folded) -> dict[str, int]:
    said: dict[str, int] = {}
    for step in told.steps:
        say_before(said, step.position, step.event)
    return said


def _indicator(one: state.Indicator, said: Mapping[str, int]) -> ProgrammeIndicator:
    defined = one.defined
    feeds, before = defined.feeds, one.baseline
    return ProgrammeIndicator(
        indicator=defined.indicator,
        title=defined.title,
        measure=defined.measure,
        polarity=Polarity(defined.polarity),
        counting=defined.counting,
        actual_fact=None if feeds is None else feeds.actual,
        target_fact=None if feeds is None else feeds.target,
        before=None
        if before is None
        else ProgrammeBaseline(
            value=_number(before.value),
            on=before.day,
            source=before.source,
            reason=one.baseline_reason,
            event=Position(said[defined.indicator]),
        ),
        named=one.targets,
    )


def _reports(told: Folded) -> list[ProgrammeReport]:
    answers = {
        step.event.report: (step.by, step.event.feedback)
        for step in told.steps
        if isinstance(step.event, ProgrammeReportAccepted | ProgrammeReportReturned)
    }
    found: list[ProgrammeReport] = []
    for step in reversed(told.steps):
        event = step.event
        if not isinstance(event, ProgrammeProgressReported):
            continue
        answered = answers.get(event.report)
        found.append(
            ProgrammeReport(
                report=event.report,
                indicator=event.indicator,
                until=event.until,
                actual=_number(event.actual),
                status=_STATUS[told.programme.reports[event.report].fate],
                by=event.by,
                at=step.at,
                note=event.note,
                evidence=[Evidence(title=one.title, uri=one.uri, sha256=one.sha256) for one in event.evidence],
                answered_by=None if answered is None else answered[0],
                feedback=None if answered is None else answered[1],
                position=Position(step.position),
            )
        )
    return found


def _standing(told: Folded) -> dict[str, StepRow]:
    """Of each period what was concluded last."""
    return {step.event.period: step for step in told.steps if isinstance(step.event, OfConclusion)}


def _period(step: StepRow, told: Folded, loader: Loader, context: RequestContext) -> ProgrammePeriod:
    event = step.event
    if not isinstance(event, OfConclusion):
        raise TypeError(f"event {step.position} concludes nothing")
    corrected = isinstance(event, PeriodCorrected)
    return ProgrammePeriod(
        period=event.period,
        corrected=corrected,
        reason=event.reason if corrected else None,
        by=step.by,
        at=step.at,
        position=Position(step.position),
        of=event,
        loader=loader,
        sees_people=told.sees_people,
        context=context,
    )


def _member_part(employee: str, stretches: Sequence[Stretch], one: ConcludedIndicator) -> MemberPart:
    actual, target = one.actuals.get(employee), one.targets.get(employee)
    return MemberPart(
        employee_number=employee,
        stretches=[
            ProgrammeStretch(since=each.since, until=each.until, share=_number(each.share)) for each in stretches
        ],
        actual=None if actual is None else _number(actual),
        target=None if target is None else _number(target),
    )


def _outcome(one: Outcome, told: Folded) -> ProgrammeOutcome:
    shown = told.sees_people
    before = None
    if one.before is not None and one.before_on is not None and one.before_event is not None:
        before = ProgrammeBaseline(
            value=_number(one.before),
            on=one.before_on,
            source=one.source or "",
            reason=one.before_reason,
            event=Position(one.before_event),
        )
    return ProgrammeOutcome(
        indicator=one.indicator,
        title=one.title,
        measure=one.measure,
        period=one.period,
        before=before,
        after=_number(one.after),
        target=_number(one.target),
        until=one.until,
        change=None if one.change is None else _number(one.change),
        better=one.better,
        people=one.people if shown or one.people >= FLOOR else None,
        units=list(one.units),
        least=_number(one.least) if shown and one.least is not None else None,
        middle=_number(one.middle) if shown and one.middle is not None else None,
        most=_number(one.most) if shown and one.most is not None else None,
        position=Position(one.position),
        events=[Position(at) for at in one.reports],
    )


def _number(number: Number) -> Decimal:
    return Decimal(f"{number:f}")
