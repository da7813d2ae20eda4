"""Who was in a programme together with somebody, from the log: for whoever asks people of one programme."""

from collections.abc import Mapping
from datetime import date

from neraca.domain import streams
from neraca.domain.programme.state import Programme, companions, evolve
from neraca.service.event_reader import EventReader


def companions_of(
    reader: EventReader, agency: str, employee: str, first: date, last: date, until: int | None = None
) -> Mapping[str, Mapping[str, list[tuple[date, date]]]]:
    """Programme -> who else was a member on a day on which the employee was one, by number, with the first and last of
    such days; by the log up to a position (None: now). Programmes without anybody else are left out.
    """
    head = reader.streams(agency, [], until)[0]
    where = {streams.programme(agency, name): name for name in reader.programmes.of(agency, employee, head)}
    if not where:
        return {}
    states = {name: Programme() for name in where.values()}
    for past in reader.streams(agency, list(where), head)[1]:
        evolve(states[where[past.stream]], past.event)
    found = {name: dict(sorted(companions(state, employee, first, last).items())) for name, state in states.items()}
    return {name: people for name, people in sorted(found.items()) if people}


__all__ = ["companions_of"]
