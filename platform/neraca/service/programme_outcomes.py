"""What indicators of a programme stood at before it began and came to since, from its events."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.errors import NotFound
from neraca.domain.programme.events import (
    BaselineRevised,
    ConcludedIndicator,
    Counting,
    IndicatorDefined,
    OfConclusion,
    ProgrammeEvent,
)
from neraca.domain.programme.state import Indicator, Programme, evolve
from neraca.service.event_reader import EventReader


class Conclusion(Struct, frozen=True):
    """What stands of a period, by the event at a log position; `reason` is that of a correction."""

    position: int
    event: OfConclusion


class ProgrammeOutcome(Struct, frozen=True):
    """An indicator in a period: `before` the programme began, and `after`. `better` tells whether the change goes the
    way the indicator wants, None where nothing was known before or nothing changed.

    What was known before is said by the event at `before_event`, which has a `before_reason` where it was revised.

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
    before_reason: str | None
    before_event: int | None
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
    state, standing, said = Programme(), dict[str, Conclusion](), dict[str, int]()
    for past in reader.stream(agency, streams.programme(agency, programme)):
        evolve(state, past.event)
        say_before(said, past.position, past.event)
        if isinstance(past.event, OfConclusion):
            standing[past.event.period] = Conclusion(past.position, past.event)
    if state.started is None:
        raise NotFound(f"there is no programme '{programme}' in {agency}; its id is that of start-programme")
    return outcomes(state, list(standing.values()), said)


def say_before(said: dict[str, int], position: int, event: ProgrammeEvent) -> None:
    """Keeps in `said`, by indicator, the position of the event that says last what it stood at before."""
    if isinstance(event, IndicatorDefined | BaselineRevised):
        said[event.indicator] = position


def outcomes(state: Programme, concluded: Sequence[Conclusion], said: Mapping[str, int]) -> list[ProgrammeOutcome]:
    """By indicator and period, of what stands of each period; `said` as `say_before` keeps it."""
    found = [
        _outcome(state, state.indicators[one.indicator], one, each, said[one.indicator])
        for each in concluded
        for one in each.event.indicators
        if one.indicator in state.indicators
    ]
    return sorted(found, key=lambda one: (one.indicator, one.until, one.period))


def _outcome(
    state: Programme, indicator: Indicator, one: ConcludedIndicator, of: Conclusion, said: int
) -> ProgrammeOutcome:
    defined, before = indicator.defined, indicator.baseline
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
        before_reason=indicator.baseline_reason,
        before_event=None if before is None else said,
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


__all__ = ["Conclusion", "ProgrammeOutcome", "outcomes", "outcomes_of", "say_before"]
