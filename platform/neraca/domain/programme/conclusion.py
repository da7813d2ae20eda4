"""What a period of a programme comes to, by its accepted reports, and which part each member had in it."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from neraca.domain import validation
from neraca.domain.assignments import People, assignments_owed
from neraca.domain.case import MICRO, Micro, micro
from neraca.domain.contexts import Context, having
from neraca.domain.errors import AlreadyDone, NotFound, NotOpen, TooEarly
from neraca.domain.period import Period, parse
from neraca.domain.programme import apportionment
from neraca.domain.programme.commands import ConcludePeriod, CorrectPeriod
from neraca.domain.programme.contexts import ConcludingContext
from neraca.domain.programme.events import (
    ConcludedIndicator,
    Counting,
    PeriodConcluded,
    PeriodCorrected,
    Stretch,
)
from neraca.domain.programme.membership import started_of
from neraca.domain.programme.state import Indicator, Programme, Report, ReportFate


def concludable(command: ConcludePeriod | CorrectPeriod, state: Programme, context: Context) -> Period:
    """Raises all that can be refused before anything is looked up."""
    started_of(command.programme, state)
    period = validation.period(command.period)
    measured = _measured(command.period, state)
    # What was concluded wrongly is corrected to nothing, where it is not measured any more.
    if not measured and command.period not in state.concluded:
        there = {label for one in state.indicators.values() for label in one.targets}
        lacks = "no indicator of the programme is measured in {}"
        validation.known(command.period, there, "/period", lacks)
    last = min(period.ends, state.ended or date.max)
    if context.today < last:
        raise TooEarly(f"/period: {command.period} ends on {last}; nothing is concluded before", field="/period")
    concluded = command.period in state.concluded
    if isinstance(command, ConcludePeriod) and concluded:
        raise AlreadyDone(f"/period: {command.period} is concluded; correct it, with the reason", field="/period")
    if isinstance(command, CorrectPeriod) and not concluded:
        raise NotFound(f"/period: {command.period} is not concluded; conclude it first", field="/period")
    for name, one in state.reports.items():
        if one.fate is ReportFate.PENDING and one.indicator in measured and period.holds(one.until):
            raise NotOpen(f"report '{name}' of {one.until} waits for an answer; accept or return it first")
    for name in measured:
        if _counting(name, period, state) is None:
            raise NotOpen(
                f"no report of '{name}' until a day of {command.period} was accepted; report it, or revise its target "
                "to none where it was not measured"
            )
    return period


def conclude(command: ConcludePeriod, state: Programme, context: Context) -> PeriodConcluded:
    indicators, members = _come_to(command, state, context)
    return PeriodConcluded(
        programme=command.programme,
        period=command.period,
        indicators=indicators,
        members=members,
        divisible=_is_divisible(command.period, context),
    )


def correct(command: CorrectPeriod, state: Programme, context: Context) -> PeriodCorrected:
    indicators, members = _come_to(command, state, context)
    validation.written(command.reason, "/reason", "the reason")
    before, divisible = state.concluded[command.period], _is_divisible(command.period, context)
    if (before.indicators, before.members, before.divisible) == (indicators, members, divisible):
        raise AlreadyDone(
            f"/period: {command.period} stands so already; accept another report, or revise target, members or shares "
            "first",
            field="/period",
        )
    return PeriodCorrected(
        programme=command.programme,
        period=command.period,
        indicators=indicators,
        members=members,
        divisible=divisible,
        reason=command.reason,
    )


def reports_of(command: ConcludePeriod | CorrectPeriod, state: Programme, period: Period) -> list[str]:
    """The reports on which each indicator of the period rests."""
    found = (_counting(name, period, state) for name in _measured(command.period, state))
    return [one[0] for one in found if one is not None]


def stretches_of(state: Programme, period: Period, people: People) -> dict[str, list[Stretch]]:
    """The days of a period on which each member served in the programme: not before it began nor after it ended, nor
    where they were out of service or exempt. Whoever has none is left out.
    """
    found = {name: _served(name, state, period, people) for name in sorted(state.stays)}
    return {name: stretches for name, stretches in found.items() if stretches}


def _come_to(
    command: ConcludePeriod | CorrectPeriod, state: Programme, context: Context
) -> tuple[list[ConcludedIndicator], dict[str, list[Stretch]]]:
    period = concludable(command, state, context)
    positions = having(ConcludingContext, context).positions
    members = stretches_of(state, period, context.people)
    if not members and isinstance(command, ConcludePeriod):
        raise NotOpen(
            f"nobody was a member of '{command.programme}' on a day of {command.period}; record who was, and from when"
        )
    weights = {name: apportionment.weight(stretches) for name, stretches in members.items()}
    indicators: list[ConcludedIndicator] = []
    for name, indicator in _measured(command.period, state).items():
        counting = _counting(name, period, state)
        if counting is None:
            raise LookupError(f"{command.programme}: no report of {name} counts in {command.period}")
        report, said = counting
        target, shared = indicator.targets[command.period], indicator.counting is Counting.SHARED
        indicators.append(
            ConcludedIndicator(
                indicator=name,
                counting=indicator.counting,
                actual=said.actual,
                target=target,
                until=said.until,
                at=list(positions[report]),
                feeds=indicator.defined.feeds,
                actuals=_parts(said.actual, weights) if shared and weights else {},
                targets=_parts(target, weights) if shared and weights else {},
            )
        )
    # Of whom it was said before that they had a part, it is said that they have none.
    before = state.concluded.get(command.period)
    gone: dict[str, list[Stretch]] = {} if before is None else {name: [] for name in before.members}
    return indicators, gone | members


def _is_divisible(label: str, context: Context) -> bool:
    """Whether all that are appraised in the period are so for just such periods."""
    applied, cycle = having(ConcludingContext, context).applied, parse(label).cycle
    return bool(applied) and all(rulebook.cycle == cycle for rulebook in applied)


def _measured(label: str, state: Programme) -> dict[str, Indicator]:
    return {name: one for name, one in state.indicators.items() if label in one.targets}


def _counting(indicator: str, period: Period, state: Programme) -> tuple[str, Report] | None:
    """The accepted report of the latest day in the period; of two for one day the one that was accepted last."""
    found = [
        (name, one)
        for name, one in state.reports.items()
        if one.indicator == indicator and one.fate is ReportFate.ACCEPTED and period.holds(one.until)
    ]
    return max(found, key=lambda one: (one[1].until, one[1].answered), default=None)


def _served(employee: str, state: Programme, period: Period, people: People) -> list[Stretch]:
    started = state.started
    if started is None:
        return []
    first = max(period.starts, started.begins)
    owed = [(since, until) for since, until, _ in assignments_owed(people(employee), first, period.ends)]
    found: list[Stretch] = []
    for stretch in state.stretches(employee, first, period.ends):
        for since, until in owed:
            begins, ends = max(stretch.since, since), min(stretch.until, until)
            if begins <= ends:
                found.append(Stretch(begins, ends, stretch.share))
    return _merged(sorted(found, key=lambda one: one.since))


def _merged(stretches: list[Stretch]) -> list[Stretch]:
    """Days that follow one another with one share are one stretch, whatever place they were served in."""
    if not stretches:
        return []
    merged = [stretches[0]]
    for before, after in pairwise(stretches):
        follows = (after.since - before.until).days == 1 and after.share == before.share
        if follows:
            merged[-1] = Stretch(merged[-1].since, after.until, after.share)
        else:
            merged.append(after)
    return merged


def _parts(whole: Decimal, weights: dict[str, int]) -> dict[str, Decimal]:
    return {name: _decimal(part) for name, part in apportionment.shared_out(micro(whole), weights).items()}


def _decimal(number: Micro) -> Decimal:
    return Decimal(number) / MICRO


__all__ = ["concludable", "conclude", "correct", "reports_of", "stretches_of"]
