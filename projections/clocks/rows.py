"""From the events of appraisals to one row for each time limit that runs or ran, by the same rules as the domain's."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.appraisal import events
from neraca.domain.appraisal.clocks import Clock, Since, running
from neraca.domain.appraisal.state import Appraisal, Telling, evolve
from neraca.domain.vocabulary import DeadlineKind, FeedbackSource, PositionClass, Relation
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags

TAGS = tags(
    events.Opened,
    events.PlanSubmitted,
    events.PlanReturned,
    events.PlanApproved,
    events.PlanTaken,
    events.Reassigned,
    events.Rated,
    events.RatingWithdrawn,
    events.RatersAssigned,
    events.RatingsClosed,
    events.FeedbackGiven,
    events.FeedbackWithdrawn,
    events.Finalised,
    events.Joined,
    events.DocumentIssued,
    events.DocumentDelivered,
    events.DocumentReturned,
    events.DocumentRefused,
    events.DocumentReported,
    events.DocumentReceived,
    events.ObjectionFiled,
    events.ObjectionDecided,
    events.Reopened,
    events.WindowOpened,
    events.DeadlineReminded,
    events.DeadlinePassed,
    events.Cut,
    events.Cancelled,
)
"""Those that begin or end a time limit, or tell of one."""

_TELLING = (events.WindowOpened, events.DeadlineReminded, events.DeadlinePassed)


class RunningClock(Struct):
    """`position` is that of the event from which it runs, `ended` that of the one that ended it. `decided` tells
    whether an objection was decided before, `fixed_by` is the hash of the policy that fixed the result.
    """

    agency: str
    stream: UUID
    kind: DeadlineKind
    position: int
    ended: int | None
    employee: str
    period: str
    starts: date
    ends: date
    position_class: PositionClass | None
    appraiser: str
    reviewer: str | None
    since: date
    began: Since
    superiors: bool
    submitted: bool
    delivered: date | None
    decided: bool
    fixed_by: str | None
    opened: date | None
    near: date | None
    passed: date | None


class State(Struct):
    """What the fold must know of an appraisal: its state without what no time limit asks for, and by kind where each
    clock that runs began.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    appraisal: Appraisal
    open: dict[DeadlineKind, int]


CLOCK = Table("clock", RunningClock, ("stream", "kind", "position"))
STATE = Table("state", State, ("stream",), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    return ((STATE, (entry.stream,)),)


def apply(work: Workspace, entry: Entry) -> None:
    body = cast(events.AppraisalEvent, entry.body)
    # Of all who rate only whoever appraises matters, for results that do not say why they are final.
    if isinstance(body, events.Rated) and body.relation is not Relation.SUPERVISOR:
        return
    # What colleagues say begins and ends nothing, and leaves no trace here.
    if isinstance(body, events.OfFeedback) and body.source is not FeedbackSource.LEADER:
        return
    state = work.get(STATE, entry.stream)
    if isinstance(body, events.Opened):
        known = state.appraisal if state else Appraisal()
        state = State(entry.agency, entry.stream, body.employee, body.period, known, state.open if state else {})
    elif state is None:
        raise LookupError(f"{entry.agency}:{entry.position} {entry.tag}: no appraisal was opened in {entry.stream}")
    if isinstance(body, events.RatingWithdrawn) and body.rater not in state.appraisal.ratings:
        return
    state.appraisal = _light(evolve(state.appraisal, body))
    _tell(work, state) if isinstance(body, _TELLING) else _turn(work, entry, state)
    work.put(STATE, state)


def _turn(work: Workspace, entry: Entry, state: State) -> None:
    """Ends what runs no more, or runs otherwise, and begins what runs now."""
    now = {clock.kind: _row(entry, state, clock) for clock in running(state.appraisal)}
    for kind, position in [*state.open.items()]:
        row = _there(work, state, kind, position)
        if kind in now and replace(now[kind], position=position) == row:
            del now[kind]
            continue
        row.ended = entry.position
        work.put(CLOCK, row)
        del state.open[kind]
    for kind, row in now.items():
        work.put(CLOCK, row)
        state.open[kind] = entry.position


def _tell(work: Workspace, state: State) -> None:
    for kind, position in state.open.items():
        row = _there(work, state, kind, position)
        told = (_last(state.appraisal, "opened", kind), _last(state.appraisal, "near", kind))
        row.opened, row.near = told
        row.passed = _last(state.appraisal, "passed", kind)
        work.put(CLOCK, row)


def _there(work: Workspace, state: State, kind: DeadlineKind, position: int) -> RunningClock:
    row = work.get(CLOCK, state.stream, kind, position)
    if row is None:
        raise LookupError(f"{state.agency}: no clock {kind} of {state.stream} from {position}")
    return row


def _row(entry: Entry, state: State, clock: Clock) -> RunningClock:
    of = state.appraisal
    fixed = of.finalised or of.joined
    return RunningClock(
        agency=entry.agency,
        stream=entry.stream,
        kind=clock.kind,
        position=entry.position,
        ended=None,
        employee=state.employee,
        period=state.period,
        starts=of.starts,
        ends=of.ends,
        position_class=of.position_class,
        appraiser=of.appraiser,
        reviewer=of.reviewer,
        since=clock.since,
        began=clock.began,
        superiors=clock.superiors,
        submitted=clock.submitted,
        delivered=clock.delivered,
        decided=of.objections > 0,
        fixed_by=fixed.policy.hash if fixed else None,
        opened=_last(of, "opened", clock.kind),
        near=_last(of, "near", clock.kind),
        passed=_last(of, "passed", clock.kind),
    )


def _last(state: Appraisal, telling: Telling, kind: DeadlineKind) -> date | None:
    return max((last for how, of, last in state.told if (how, of) == (telling, kind)), default=None)


def _light(state: Appraisal) -> Appraisal:
    """Without what no time limit asks for: it is stored with each event."""
    state.results, state.reports, state.timed, state.reuse = {}, {}, {}, None
    state.feedback.given = {}
    # That they were assigned begins a time limit; who it is, is no matter of it.
    state.assigned.raters = {}
    if state.assigned.drawn is not None:
        state.assigned.drawn = replace(state.assigned.drawn, groups=[])
    for rating in state.ratings.values():
        rating.scores = {}
    if state.finalised is not None and state.finalised.nodes:
        state.finalised = replace(state.finalised, nodes={})
    if state.joined is not None and state.joined.parts:
        state.joined = replace(state.joined, nodes={}, parts=[])
    if state.objection is not None and state.objection.grounds:
        state.objection = replace(state.objection, grounds="")
    return state
