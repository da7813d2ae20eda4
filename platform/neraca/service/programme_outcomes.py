"""What indicators of a programme stood at before it began and came to since, from its events."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.errors import NotFound
from neraca.domain.programme.events import ConcludedIndicator, Counting, OfConclusion
from neraca.domain.programme.state import Indicator, Programme, evolve
from neraca.service.event_reader import EventReader


class Conclusion(Struct, frozen=True):
    """What stands of a period, by the event at a log position; `reason` is that of a correction."""

    position: int
    event: OfConclusion


class ProgrammeOutcome(Struct, frozen=True):
    """An indicator in a period: `before` the programme began, and `after`. `better` tells whether the change goes the
    way the indicator wants, None where nothing was known before or nothing changed.

    `units` take part, `people` had a part in it. Of a quantity that is shared out, `least`, `middle` and `most` are
    what they have of it.
    """

    indicator: str
    title: str
    measure: str
    counting: Counting
    polarity: Literal["max", "min"]
    period: str
    before: Decimal | None
    before_on: date | None
    source: str | None
    after: Decimal
    target: Decimal
    until: date
    change: Decimal | None
    better: bool | None
    units: tuple[str, ...]
    people: int
    least: Decimal | None
    middle: Decimal | None
    most: Decimal | None
    position: int
    reports: tuple[int, ...]


def outcomes_of(reader: EventReader, agency: str, programme: str) -> list[ProgrammeOutcome]:
    """Of a programme as the log has it. Raises NotFound."""
    state, standing = Programme(), dict[str, Conclusion]()
    for past in reader.stream(agency, streams.programme(agency, programme)):
        evolve(state, past.event)
        if isinstance(past.event, OfConclusion):
            standing[past.event.period] = Conclusion(past.position, past.event)
    if state.started is None:
        raise NotFound(f"there is no programme '{programme}' in {agency}; its id is that of start-programme")
    return outcomes(state, list(standing.values()))


def outcomes(state: Programme, concluded: Sequence[Conclusion]) -> list[ProgrammeOutcome]:
    """By indicator and period, of what stands of each period."""
    found = [
        _outcome(state, state.indicators[one.indicator], one, each)
        for each in concluded
        for one in each.event.indicators
        if one.indicator in state.indicators
    ]
    return sorted(found, key=lambda one: (one.indicator, one.until, one.period))


def _outcome(state: Programme, indicator: Indicator, one: ConcludedIndicator, of: Conclusion) -> ProgrammeOutcome:
    defined, before = indicator.defined, indicator.defined.baseline
    change = None if before is None else one.actual - before.value
    parts = sorted(one.actuals.values())
    return ProgrammeOutcome(
        indicator=one.indicator,
        title=defined.title,
        measure=defined.measure,
        counting=one.counting,
        polarity=defined.polarity,
        period=of.event.period,
        before=None if before is None else before.value,
        before_on=None if before is None else before.day,
        source=None if before is None else before.source,
        after=one.actual,
        target=one.target,
        until=one.until,
        change=change,
        better=None if not change else (change > 0) == (defined.polarity == "max"),
        units=() if state.started is None else tuple(state.started.units),
        people=sum(bool(stretches) for stretches in of.event.members.values()),
        least=parts[0] if parts else None,
        middle=_middle(parts),
        most=parts[-1] if parts else None,
        position=of.position,
        reports=tuple(one.at),
    )


def _middle(parts: Sequence[Decimal]) -> Decimal | None:
    """Of an even number the lower of the two in the middle, so that it is what somebody has."""
    return parts[(len(parts) - 1) // 2] if parts else None


__all__ = ["Conclusion", "ProgrammeOutcome", "outcomes", "outcomes_of"]
