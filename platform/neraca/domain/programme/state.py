"""A programme as its events have left it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from neraca.domain.programme.events import (
    Baseline,
    BaselineRevised,
    Counting,
    IndicatorDefined,
    MemberJoined,
    MemberLeft,
    PeriodConcluded,
    PeriodCorrected,
    ProgrammeEnded,
    ProgrammeEvent,
    ProgrammeProgressReported,
    ProgrammeReassigned,
    ProgrammeReportAccepted,
    ProgrammeReportReturned,
    ProgrammeRevised,
    ProgrammeStarted,
    ProgrammeTargetRevised,
    ShareRevised,
    Stretch,
)

_DAY = timedelta(days=1)


class ReportFate(StrEnum):
    PENDING = "waits for an answer"
    ACCEPTED = "was accepted"
    RETURNED = "was returned"


class Report(Struct):
    """`answered` counts the answers of the programme up to its own: of two for one day the one accepted later holds."""

    indicator: str
    until: date
    actual: Decimal
    by: str
    fate: ReportFate = ReportFate.PENDING
    answered: int = 0


class Stay(Struct):
    """Days as a member, without an end as long as they have not left; `shares` each from a day on, in order."""

    since: date
    shares: list[tuple[date, Decimal]]
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Indicator(Struct):
    """`baseline_reason` is why the baseline was revised last, None of one that never was."""

    defined: IndicatorDefined
    targets: dict[str, Decimal]
    baseline: Baseline | None
    baseline_reason: str | None = None

    @property
    def counting(self) -> Counting:
        return self.defined.counting

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of a policy that it becomes."""
        feeds = self.defined.feeds
        return () if feeds is None else tuple(one for one in (feeds.actual, feeds.target) if one is not None)


class Programme(Struct):
    """Changes in place. `concluded` has what was concluded last of each period."""

    started: ProgrammeStarted | None = None
    lead: str = ""
    owner: str = ""
    planned_end: date = date.max
    ended: date | None = None
    stays: dict[str, list[Stay]] = field(default_factory=dict[str, list[Stay]])
    indicators: dict[str, Indicator] = field(default_factory=dict[str, Indicator])
    reports: dict[str, Report] = field(default_factory=dict[str, Report])
    answers: int = 0
    concluded: dict[str, PeriodConcluded | PeriodCorrected] = field(
        default_factory=dict[str, PeriodConcluded | PeriodCorrected]
    )

    def stay_on(self, employee: str, day: date) -> Stay | None:
        """None on a day on which they are no member."""
        return next((one for one in self.stays.get(employee, ()) if one.holds(day)), None)

    def stay_from(self, employee: str, day: date) -> Stay | None:
        """The one that begins on a day."""
        return next((one for one in self.stays.get(employee, ()) if one.since == day), None)

    def stretches(self, employee: str, first: date, last: date) -> Iterator[Stretch]:
        """The days as a member from `first` to `last`, and not after the end of the programme, by share."""
        last = last if self.ended is None else min(last, self.ended)
        for stay in self.stays.get(employee, ()):
            ends = [one[0] - _DAY for one in stay.shares[1:]] + [stay.until or date.max]
            for (since, share), until in zip(stay.shares, ends, strict=True):
                begins, over = max(since, first), min(until, last)
                if begins <= over:
                    yield Stretch(begins, over, share)


def companions(state: Programme, employee: str, first: date, last: date) -> dict[str, list[tuple[date, date]]]:
    """Who else was a member on a day from `first` to `last` on which the employee was one, and on which days."""
    own = list(state.stretches(employee, first, last))
    found: dict[str, list[tuple[date, date]]] = {}
    for name in state.stays:
        shared = [
            (max(theirs.since, mine.since), min(theirs.until, mine.until))
            for theirs in state.stretches(name, first, last)
            for mine in own
            if theirs.since <= mine.until and mine.since <= theirs.until
        ]
        if shared and name != employee:
            found[name] = shared
    return found


def evolve(state: Programme, event: ProgrammeEvent) -> Programme:
    match event:
        case ProgrammeStarted():
            state.started, state.lead, state.owner = event, event.lead, event.owner
            state.planned_end = event.ends
        case ProgrammeRevised():
            state.planned_end = event.ends
            if state.started is not None:
                state.started = replace(
                    state.started,
                    title=event.title,
                    purpose=event.purpose,
                    units=event.units,
                    ends=event.ends,
                    description=event.description,
                )
        case ProgrammeReassigned():
            state.lead, state.owner = event.lead, event.owner
        case MemberJoined():
            stays = state.stays.setdefault(event.employee, [])
            stays.append(Stay(event.since, [(event.since, event.share)]))
            stays.sort(key=lambda one: one.since)
        case ShareRevised():
            stay = _stay(state, event.employee, event.since)
            stay.shares = [*(one for one in stay.shares if one[0] < event.since), (event.since, event.share)]
        case MemberLeft():
            if (never := state.stay_from(event.employee, event.on + _DAY)) is not None:
                state.stays[event.employee].remove(never)
                if not state.stays[event.employee]:
                    del state.stays[event.employee]
                return state
            stay = _stay(state, event.employee, event.on)
            stay.until = event.on
            stay.shares = [one for one in stay.shares if one[0] <= event.on]
        case IndicatorDefined():
            state.indicators[event.indicator] = Indicator(event, dict(event.targets), event.baseline)
        case ProgrammeTargetRevised():
            targets = state.indicators[event.indicator].targets
            if event.target is None:
                targets.pop(event.period, None)
            else:
                targets[event.period] = event.target
        case BaselineRevised():
            indicator = state.indicators[event.indicator]
            indicator.baseline, indicator.baseline_reason = event.baseline, event.reason
        case ProgrammeProgressReported():
            state.reports[event.report] = Report(event.indicator, event.until, event.actual, event.by)
        case ProgrammeReportAccepted():
            _answer(state, event.report, ReportFate.ACCEPTED)
        case ProgrammeReportReturned():
            _answer(state, event.report, ReportFate.RETURNED)
        case PeriodConcluded() | PeriodCorrected():
            state.concluded[event.period] = event
        case ProgrammeEnded():
            state.ended = event.on
        case _:
            assert_never(event)
    return state


def _stay(state: Programme, employee: str, day: date) -> Stay:
    stay = state.stay_on(employee, day)
    if stay is None:
        raise LookupError(f"{employee} is no member on {day}")
    return stay


def _answer(state: Programme, report: str, fate: ReportFate) -> None:
    state.answers += 1
    state.reports[report].fate, state.reports[report].answered = fate, state.answers
