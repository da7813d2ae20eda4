"""What a decision about what a unit will mend may know: what it achieved, and who heads it."""

from datetime import date
from typing import Any

from neraca.domain import headship, streams
from neraca.domain.contexts import ImprovementContext
from neraca.domain.improvement import ImprovementCommand
from neraca.service.event_reader import EventReader


def improvement(
    reader: EventReader, agency: str, command: ImprovementCommand, today: date, common: Any
) -> ImprovementContext:
    """Returns the context; `common` is what every context has."""
    achieved = reader.stream(agency, streams.achievement(agency, command.unit, command.period))
    heads = headship.State()
    for one in reader.stream(agency, streams.organisation(agency, command.unit)):
        headship.evolve(heads, one.event)
    head = headship.head_on(heads, today)
    return ImprovementContext(
        **common,
        index=achieved[-1].event.index if achieved else None,
        head=None if head is None else head.employee,
    )
